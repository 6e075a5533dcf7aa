"""Outcomes reach the lake in sealed files, whatever happens in between."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linernotes.core.values import Failed, Found, Missing, Outcome, Run
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import PART_LINES, PART_SECONDS, Spool, file_hash, salvage, scratch_folder
from linernotes.storage.lakes.folder import FolderLake
from tests.clocks import START, FakeClock
from tests.samples import ID, RUN, artist, dataset, items, keys

ARTISTS = dataset("spotify/artist_enrichment")
(ITEM,) = items(ID)
RECORD = {name: value for name, value in artist(genres=["pop"]).items() if name != "enrichedAt"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    return FolderLake(tmp_path / "lake")


@pytest.fixture
def spooling(lake: FolderLake, tmp_path: Path, clock: FakeClock) -> Callable[..., Spool]:
    """A spool of our run into the lake."""

    def make(**options: Any) -> Spool:
        return Spool(lake, tmp_path / "spool", ARTISTS, RUN, clock, **options)

    return make


def landed(tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    """The lines in landing/, by file name."""
    files = sorted((tmp_path / "lake" / "spotify" / "landing").glob("*"))
    return {path.name: [json.loads(line) for line in path.read_bytes().splitlines()] for path in files}


def spooled(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "spool").glob("*/*"))


def mark(status: str, reason: str | None = None, http_status: int | None = 200) -> dict[str, Any]:
    return {
        "key": ID,
        "status": status,
        "reason": reason,
        "httpStatus": http_status,
        "attemptedAt": "2026-11-21T07:00:00Z",
        "runId": RUN.id,
    }


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (
            Found(ITEM, RECORD, {"id": ID, "more": 1}),
            {**RECORD, "enrichedAt": "2026-11-21T07:00:00Z", "_outcome": mark("found"), "_raw": {"id": ID, "more": 1}},
        ),
        (Missing(ITEM, "not_found", 404), {"_outcome": mark("not_found", "not_found", 404)}),
        (Missing(ITEM, "invalid_id"), {"_outcome": mark("not_found", "invalid_id", None)}),
        (Failed(ITEM, "timeout"), {"_outcome": mark("failed", "timeout", None)}),
    ],
)
def test_an_outcome_is_one_line(
    spooling: Callable[..., Spool], tmp_path: Path, outcome: Outcome, line: dict[str, Any]
) -> None:
    spool = spooling()
    assert spool.answer(outcome) == outcome
    spool.seal()
    assert list(landed(tmp_path).values()) == [[line]]
    assert spool.lines == 1


def test_a_landed_file_carries_its_run_its_part_and_its_hash(spooling: Callable[..., Spool], tmp_path: Path) -> None:
    spool = spooling()
    for number in range(2):
        spool.answer(Missing(ITEM, f"{number}"))
        spool.seal()
    paths = sorted((tmp_path / "lake" / "spotify" / "landing").iterdir())
    assert [path.name for path in paths] == [
        f"20261121T070000Z_0123456789ab-0000{part}-{file_hash(path)[:16]}_artist_enrichment.jsonl"
        for part, path in enumerate(paths, 1)
    ]


def test_a_line_is_with_the_operating_system_before_the_next_question(
    spooling: Callable[..., Spool], tmp_path: Path
) -> None:
    spool = spooling()
    spool.answer(Missing(ITEM))
    (path,) = spooled(tmp_path)
    assert json.loads(path.read_bytes())["_outcome"]["status"] == "not_found"
    assert landed(tmp_path) == {}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"artistId": "odd"}, "unreadable artistId: "),
        ({"artistId": None}, "unreadable artistId: "),
        ({"artistName": None, "genres": [], "popularity": 101}, "unreadable popularity: "),
        ({"artistName": "", "genres": [5], "externalUrls": {"spotify": 5}}, "unreadable genres[0]: "),
    ],
)
def test_a_record_that_breaks_the_contract_is_a_failure_and_keeps_the_services_object(
    spooling: Callable[..., Spool], tmp_path: Path, record: dict[str, Any], reason: str
) -> None:
    spool = spooling()
    outcome = spool.answer(Found(ITEM, {**RECORD, **record}, {"id": ID, **record}))
    spool.seal()
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith(reason)
    ((line,),) = landed(tmp_path).values()
    assert (line["_outcome"]["status"], line["_outcome"]["httpStatus"]) == ("failed", 200)
    assert line["_raw"] == {"id": ID, **record}
    assert LineReader(ARTISTS).read(json.dumps(line).encode())[0] is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"popularity": 101}, {"popularity": None}),
        ({"popularity": -1, "followerCount": 5.5}, {"popularity": None, "followerCount": None}),
        ({"images": [{"width": "640", "url": "u"}]}, {"images": [{"width": None, "url": "u"}]}),
        ({"images": [5, {"url": "u"}, "x"]}, {"images": [{"url": "u"}]}),
        ({"genres": 5}, {"genres": None}),
        ({"genres": ["pop", 5, None, "rock"]}, {"genres": ["pop", "rock"]}),
        ({"externalUrls": {"spotify": 5}}, {"externalUrls": {"spotify": None}}),
    ],
)
def test_a_value_that_breaks_the_contract_is_taken_out_and_costs_no_other(
    spooling: Callable[..., Spool], tmp_path: Path, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    spool, raw = spooling(), {"id": ID, **given}
    found = Found(ITEM, {**RECORD, **given}, raw)
    assert spool.answer(found) == Found(ITEM, {**RECORD, **kept}, raw)
    assert found.record == {**RECORD, **given}
    spool.seal()
    ((line,),) = landed(tmp_path).values()
    assert (line["_outcome"]["status"], line["_raw"]) == ("found", raw)
    assert LineReader(ARTISTS).read(json.dumps(line).encode())[0] is not None


def test_a_value_that_is_taken_out_is_said_once(
    spooling: Callable[..., Spool], caplog: pytest.LogCaptureFixture
) -> None:
    spool = spooling()
    for _ in range(2):
        spool.answer(Found(ITEM, {**RECORD, "externalUrls": {"spotify": True}}, {}))
    told = [record.getMessage() for record in caplog.records]
    assert told == ["spotify: cannot load 'externalUrls.spotify': Expected `str | null`, got `bool`; it is archived"]


def test_a_run_of_several_days_keeps_the_answers_of_its_last_day(
    spooling: Callable[..., Spool], clock: FakeClock
) -> None:
    spool, found = spooling(), Found(ITEM, RECORD, {"id": ID})
    clock.pass_by(3 * 86_400)
    assert spool.answer(found) == found


def test_a_part_is_sealed_when_it_is_full(spooling: Callable[..., Spool], tmp_path: Path) -> None:
    spool = spooling()
    for _ in range(PART_LINES - 1):
        spool.line({"a": 1})
    spool.sync()
    assert landed(tmp_path) == {}
    spool.line({"a": 1})
    spool.sync()
    spool.line({"a": 2})
    spool.sync()
    assert [len(lines) for lines in landed(tmp_path).values()] == [PART_LINES] == [2_000]
    assert spool.lines == PART_LINES + 1


def test_a_part_is_sealed_when_it_is_a_minute_old(
    spooling: Callable[..., Spool], tmp_path: Path, clock: FakeClock
) -> None:
    spool = spooling()
    clock.pass_by(1_000)  # the minute begins with the first line
    spool.line({"a": 1})
    clock.pass_by(PART_SECONDS - 1)
    spool.sync()
    assert landed(tmp_path) == {}
    clock.pass_by(1)
    spool.sync()
    assert len(landed(tmp_path)) == 1


def test_an_imported_file_is_one_part_of_any_length(spooling: Callable[..., Spool], tmp_path: Path) -> None:
    spool = spooling(part_lines=None)
    for _ in range(PART_LINES + 1):
        spool.line({"a": 1})
    spool.sync()
    assert landed(tmp_path) == {}
    spool.seal()
    assert [len(lines) for lines in landed(tmp_path).values()] == [PART_LINES + 1]


def test_a_spool_that_took_nothing_leaves_nothing(spooling: Callable[..., Spool], tmp_path: Path) -> None:
    spool = spooling()
    spool.sync()
    spool.seal()
    assert (landed(tmp_path), spooled(tmp_path)) == ({}, [])


def left_behind(tmp_path: Path, content: bytes, name: str | None = None) -> Path:
    """A spool file as a killed run leaves it."""
    path = tmp_path / "spool" / "spotify" / (name or "20261121T070000Z_0123456789ab-00003_artist_enrichment.spool")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("torn", [b"", b'{"a": 3, "b', b"{", b"x" * (3 << 20)], ids=["whole", "torn", "begun", "long"])
def test_a_dead_runs_spool_is_landed_up_to_its_last_whole_line(tmp_path: Path, lake: FolderLake, torn: bytes) -> None:
    left_behind(tmp_path, b'{"a": 1}\n{"a": 2}\n' + torn)
    assert salvage(lake, tmp_path / "spool") == 1
    ((name, lines),) = landed(tmp_path).items()
    assert name.startswith("20261121T070000Z_0123456789ab-00003-")
    assert lines == [{"a": 1}, {"a": 2}]
    assert spooled(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b'{"half'])
def test_a_dead_runs_spool_without_a_whole_line_goes(tmp_path: Path, lake: FolderLake, content: bytes) -> None:
    left_behind(tmp_path, content)
    salvage(lake, tmp_path / "spool")
    assert (landed(tmp_path), spooled(tmp_path)) == ({}, [])


def test_salvaging_twice_is_landing_once(tmp_path: Path, lake: FolderLake) -> None:
    for _ in range(2):
        left_behind(tmp_path, b'{"a": 1}\n')
        salvage(lake, tmp_path / "spool")
    assert len(landed(tmp_path)) == 1
    assert salvage(lake, tmp_path / "spool") == 0


def test_two_runs_of_the_same_second_do_not_meet(lake: FolderLake, tmp_path: Path, clock: FakeClock) -> None:
    for run_id in ("aaaaaaaaaaaa", "bbbbbbbbbbbb"):
        spool = Spool(lake, tmp_path / "spool", ARTISTS, Run(run_id, START), clock)
        spool.line({"a": 1})
        spool.seal()
    assert len(landed(tmp_path)) == 2


def test_a_hash_is_that_of_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert file_hash(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_scratch_begins_empty_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "left by a crash").touch()
    with scratch_folder(folder) as scratch:
        assert list(scratch.iterdir()) == []
        (scratch / "new").touch()
    assert not folder.exists()


def test_many_keys_are_many_lines(spooling: Callable[..., Spool], tmp_path: Path) -> None:
    spool = spooling()
    for item in items(*keys(30)):
        spool.answer(Missing(item))
    spool.seal()
    assert [line["_outcome"]["key"] for line in next(iter(landed(tmp_path).values()))] == keys(30)
