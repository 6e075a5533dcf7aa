"""Landed files become lake rows, once each, and go where they belong."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.core.counts import LoadStats
from linernotes.core.files import LandedFile
from linernotes.landing import validate
from linernotes.landing.ingest import Ingest, dataset_of, ingest, restore_unknown
from linernotes.landing.spool import file_hash
from linernotes.storage.lakes.folder import FolderLake
from linernotes.storage.workspace import open_warehouse
from tests.samples import ID, RUN, artist, keys, lines, settings, tombstone

OURS = "20261101T070000Z_abcdefabcdef-00001-{hash}_artist_enrichment.jsonl"
GOOD = lines(artist(), tombstone(keys(1)[0]))


class Room:
    """The ingest room of a home of its own."""

    def __init__(self, home: Path) -> None:
        self.settings = settings(home)
        self.datasets = list(self.settings.configs.datasets.values())
        self.lake = FolderLake(home / "lake")
        self.lake.prepare(["spotify", "roster"])
        self.warehouse = open_warehouse(self.settings, home / "scratch")
        self.warehouse.ensure(self.datasets)
        self.home, self.scratch = home, home / "scratch"
        self.scratch.mkdir()

    def drop(self, content: bytes, name: str = "mine_artist_enrichment.jsonl", provider: str = "spotify") -> Path:
        """Copy a file into landing/, as people do; it is finished long ago."""
        path = self.home / "lake" / provider / "landing" / name
        path.write_bytes(content)
        os.utime(path, (1, 1))
        return path

    def ingest(self, wanted: list[str] | None = None, *, write: bool = True) -> LoadStats:
        work = Ingest(self.lake, self.warehouse, RUN, self.scratch, write=write)
        return ingest(work, self.datasets, wanted)

    def names(self, place: str) -> list[str]:
        return sorted(path.name for path in (self.home / "lake" / place).iterdir())

    def count(self, table: str) -> int:
        return int(next(self.warehouse.rows("select count(*) as n from {lake}." + table))["n"])

    @property
    def artists(self) -> int:
        return self.count("lake_spotify__normalized_artist_enrichment")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "home")
    yield room
    room.warehouse.close()


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """The name under which we land GOOD."""
    path = tmp_path / "good"
    path.write_bytes(GOOD)
    return OURS.format(hash=file_hash(path)[:16])


def test_a_file_is_loaded_and_archived(room: Room, ours: str) -> None:
    room.drop(GOOD, ours)
    assert room.ingest() == LoadStats(files=1, landed=2, loaded=2)
    assert (room.artists, room.count("lake_ops__attempts")) == (1, 2)
    assert (room.names("spotify/landing"), room.names("spotify/archive")) == ([], [ours])
    assert list(room.scratch.iterdir()) == []


def test_a_file_that_people_named_is_archived_under_its_hash(room: Room, ours: str) -> None:
    room.drop(GOOD)
    room.ingest()
    (name,) = room.names("spotify/archive")
    assert name == f"{ours.split('-', 2)[2].partition('_')[0]}_mine_artist_enrichment.jsonl"


def test_a_file_whose_content_is_known_is_only_archived(room: Room, ours: str) -> None:
    room.drop(GOOD, ours)
    room.ingest()
    room.drop(GOOD, ours)
    room.drop(GOOD, "again_artist_enrichment.jsonl")
    room.drop(gzip.compress(GOOD), "zipped_artist_enrichment.jsonl.gz")
    assert room.ingest() == LoadStats(files=3, landed=6, known=6)
    assert (room.artists, room.count("lake_ops__attempts"), room.count("lake_ops__loaded_files")) == (1, 2, 1)
    assert room.names("spotify/landing") == []
    assert len(room.names("spotify/archive")) == 3


def test_two_files_of_one_name_and_different_content_are_both_kept(room: Room) -> None:
    for key in keys(2):
        room.drop(lines(artist(key)))
        room.ingest()
    assert room.artists == 2
    assert len(room.names("spotify/archive")) == 2


def test_a_file_that_matches_no_dataset_stays_and_is_told_once(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.drop(GOOD, "mine.txt")
    assert room.ingest() == LoadStats()
    assert room.names("spotify/landing") == ["mine.txt"]
    (warning,) = [record.getMessage() for record in caplog.records]
    assert warning.startswith("ingest: spotify/landing/mine.txt matches no dataset and is left in place")
    assert "spotify/landing/*_artist_enrichment.jsonl" in warning


@pytest.mark.parametrize(
    ("provider", "name", "dataset"),
    [
        ("spotify", "a_artist_enrichment.jsonl", "spotify/artist_enrichment"),
        ("spotify", "a_artist_enrichment.jsonl.gz", "spotify/artist_enrichment"),
        ("spotify", "a_recently_played.jsonl", "spotify/recently_played"),
        ("roster", "a_artists.jsonl", "roster/artists"),
        ("roster", "a_artist_enrichment.jsonl", None),
        ("spotify", "a_artist_enrichment.json", None),
        ("spotify", "a_artist_enrichment.jsonl.zst", None),
        ("ops", "attempts.jsonl", None),
    ],
)
def test_a_file_belongs_to_the_dataset_of_its_folder_and_name(
    room: Room, provider: str, name: str, dataset: str | None
) -> None:
    found = dataset_of(LandedFile(provider, name), room.datasets)
    assert (found.name if found else None) == dataset


def test_a_file_that_cannot_be_read_is_rejected_once_and_the_others_load(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.drop(b"\x89PNG\0", "a_artist_enrichment.jsonl")
    room.drop(GOOD, "b_artist_enrichment.jsonl")
    assert room.ingest() == LoadStats(files=1, landed=2, loaded=2, refused_files=("spotify/a_artist_enrichment.jsonl",))
    assert room.names("spotify/rejected") == ["a_artist_enrichment.jsonl", "a_artist_enrichment.jsonl.reason.txt"]
    reason = (room.home / "lake/spotify/rejected/a_artist_enrichment.jsonl.reason.txt").read_text()
    assert reason == "binary file, not text\n"
    caplog.clear()
    assert room.ingest() == LoadStats()
    assert caplog.records == []
    assert len(room.names("spotify/rejected")) == 2


def test_what_was_read_of_a_rejected_file_does_not_get_into_the_next_one(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "CHUNK_BYTES", 100)
    room.drop(lines(*(artist(key) for key in keys(9))) + b"\0\0\0\n", "a_artist_enrichment.jsonl")
    room.drop(GOOD, "b_artist_enrichment.jsonl")
    done = room.ingest()
    assert (done.loaded, done.refused_files) == (2, ("spotify/a_artist_enrichment.jsonl",))
    assert [
        row["artistId"]
        for row in room.warehouse.rows("select artistId from {lake}.lake_spotify__normalized_artist_enrichment")
    ] == [ID]


def test_bad_lines_cost_no_good_one_and_are_told_in_one_line(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.drop(lines(*(artist(key) for key in keys(39)), {"artistId": 5}))
    assert room.ingest() == LoadStats(files=1, landed=40, loaded=39, rejected=1)
    assert (room.artists, room.count("lake_ops__rejects")) == (39, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "ingest: spotify/mine_artist_enrichment.jsonl: 1 of 40 landed lines rejected, see: linernotes rejects"
    ]


@pytest.mark.parametrize(("bad", "poor"), [(1, False), (2, True), (20, True)])
def test_more_than_one_bad_line_in_twenty_makes_a_file_a_poor_one(room: Room, bad: int, poor: bool) -> None:  # noqa: FBT001
    room.drop(lines(*(artist(key) for key in keys(20 - bad)), *[{"artistId": 5}] * bad))
    done = room.ingest()
    assert (done.loaded, done.rejected) == (20 - bad, bad)
    assert done.poor_files == (("spotify/mine_artist_enrichment.jsonl",) if poor else ())


def test_only_the_wanted_datasets_are_loaded(room: Room) -> None:
    room.drop(GOOD)
    room.drop(lines({"artistId": ID}), "mine_artists.jsonl", "roster")
    assert room.ingest(["roster/artists"]).loaded == 1
    assert (room.names("spotify/landing"), room.names("roster/landing")) == (["mine_artist_enrichment.jsonl"], [])


def test_a_dry_run_counts_the_same_and_moves_nothing(room: Room) -> None:
    room.drop(GOOD)
    room.drop(b"", "empty_artist_enrichment.jsonl")
    before = room.names("spotify/landing")
    counted = room.ingest(write=False)
    assert counted == room.ingest(write=False)
    assert (room.names("spotify/landing"), room.names("spotify/rejected"), room.artists) == (before, [], 0)
    assert counted == room.ingest()
    room.drop(GOOD)
    assert room.ingest(write=False) == LoadStats(files=1, landed=2, known=2)


def test_archived_files_that_the_warehouse_lost_are_loaded_again(room: Room, ours: str) -> None:
    room.drop(GOOD, ours)
    room.drop(lines(artist(keys(1)[0])))
    room.ingest()
    assert len(restore_unknown(room.lake, room.warehouse, room.datasets)) == 0
    room.warehouse.set_aside()
    room.warehouse.ensure(room.datasets)
    assert len(restore_unknown(room.lake, room.warehouse, room.datasets)) == 2
    assert room.ingest().loaded == 3
    assert (room.artists, len(room.names("spotify/archive"))) == (2, 2)
    assert len(restore_unknown(room.lake, room.warehouse, room.datasets)) == 0


def test_archived_files_of_no_dataset_stay_where_they_are(room: Room) -> None:
    (room.home / "lake/spotify/archive/notes.txt").write_text("mine")
    assert len(restore_unknown(room.lake, room.warehouse, room.datasets)) == 0


def test_a_crash_between_load_and_archive_loads_nothing_twice(
    room: Room, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.drop(GOOD, ours)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(room.lake, "archive", killed)
        with pytest.raises(KeyboardInterrupt):
            room.ingest()
    assert (room.artists, room.names("spotify/landing")) == (1, [ours])
    assert room.ingest().known == 2
    assert (room.artists, room.names("spotify/archive")) == (1, [ours])


def test_a_file_name_is_never_a_pattern(room: Room) -> None:
    room.drop(lines(artist(keys(2)[0])), "[ab]*_artist_enrichment.jsonl")
    room.drop(lines(artist(keys(2)[1])), "a_artist_enrichment.jsonl")
    room.ingest()
    assert room.artists == 2


def test_lines_that_an_import_refused_are_rejects_and_no_failure_of_the_file(room: Room) -> None:
    mark = {"file": "mine.csv", "line": 3, "field": None, "reason": "odd", "raw": "?"}
    room.drop(lines({"_reject": mark}), "mine_artists.jsonl", "roster")
    with_rejects = room.ingest()
    assert (with_rejects.landed, with_rejects.rejected) == (1, 1)
    (row,) = room.warehouse.rows("select file, line, raw from {lake}.lake_ops__rejects")
    assert row == {"file": "mine.csv", "line": 3, "raw": "?"}
