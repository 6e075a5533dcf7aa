"""What has to go is gone from every place, stays gone, and takes nothing else with it."""

import gzip
import json
import shutil
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.config.settings import shipped_folder
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.warehouses.schema import merged_into
from tests.conftest import HURRIED, QUICK
from tests.kills import Kill, killed, nursery
from tests.laptop import Laptop
from tests.samples import artist, configs, keys, lines

__all__ = ["nursery"]  # a fixture that stands elsewhere
Ids = Callable[[int], list[str]]
KNOWN = 12
UNDER_OTHER_IDS = 7  # answers about an artist by its MusicBrainz id, from two providers, and about five releases
ANSWERS = ("spotify__normalized_artist_enrichment", "lastfm__normalized_artist_info")
TABLES = {
    **{name: "select * exclude (_line, _fileHash) from {lake}.lake_" + name + " order by all" for name in ANSWERS},
    "roster": "select * exclude (_line, _fileHash) from {lake}.lake_roster__normalized_artists order by all",
    "plays": "select * exclude (_line, _fileHash) from {lake}.lake_spotify__normalized_recently_played order by all",
    "attempts": "select * exclude (_line, _fileHash) from {lake}.lake_ops__attempts order by all",
    "rejects": "select file, field, reason, raw from {lake}.lake_ops__rejects order by all",
    "merged": "select * exclude (loadSequence) from {lake}.lake_spotify__svc_artist_enrichment order by all",
    "facts": "select * from {hub}.hub_music__svc_artist_facts order by all",
    "dimension": "select * from {hub}.hub_music__svc_dim_artists order by all",
}

# Where a purge is killed, one time after the other: the steps it consists of, before and after them.
KILLS = [
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.remove"),
    Kill("before", "linernotes.storage.lakes.folder.FolderLake.replace", 2),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.replace"),
    Kill("before", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.forget"),
    Kill("after", "linernotes.storage.warehouses.duckdb.forget_sql", 2),  # some is deleted, nothing is committed
    Kill("after", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.forget"),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.restore"),
    Kill("after", "linernotes.storage.warehouses.duckdb.DuckDBWarehouse.load"),
    Kill("after", "linernotes.storage.lakes.folder.FolderLake.archive"),
    Kill("before", "linernotes.runs.purge.build"),
]


@pytest.fixture(scope="module")
def past(built_home: Path, catalogue: Generated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has asked everybody about a roster, of which one artist was played; with what a rebuild keeps."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("past") / "home")))
    live = live_ones(catalogue)
    with Sandbox(catalogue) as sandbox:
        laptop.environ |= sandbox.environment() | QUICK | HURRIED
        laptop("import", "roster", laptop.roster(*live))
        laptop("import", "plays", laptop.plays(live[0]))
        assert laptop("run", "--mode", "backfill").code == 0
    shutil.copy(laptop.home / "warehouse.duckdb", laptop.home / "warehouse.previous.duckdb")
    return laptop.home


@pytest.fixture
def lived(everybody: Laptop, past: Path) -> Laptop:
    """A machine of which that home is."""
    return everybody.take_over(past)


@pytest.fixture(scope="module")
def thinned(past: Path, catalogue: Generated) -> Path:
    """That home after one artist was purged, which stands in the roster."""
    laptop = Laptop(past.with_name("thinned")).take_over(past)
    said = laptop("purge", "--artist", f"https://open.spotify.com/artist/{live_ones(catalogue)[1]}", "--yes")
    assert said.code == 0, said.err
    return laptop.home


def live_ones(catalogue: Generated) -> list[str]:
    return [catalogue.id_at(index) for index in range(100) if catalogue.state(index) == "live"][:KNOWN]


def tables(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    return {name: laptop.rows(sql) for name, sql in TABLES.items()}


def mentions(laptop: Laptop, word: str) -> set[str]:
    """The files of the lake, and the databases, that a word stands in; without those that dbt and the lease keep."""
    found = {
        str(path.relative_to(laptop.home))
        for path in (laptop.home / "lake").rglob("*")
        if path.is_file() and word in (gzip.open if path.suffix == ".gz" else open)(path, "rb").read().decode()
    }
    for path in laptop.home.glob("*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as connection:
            names = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables where table_type != 'VIEW'"
            ).fetchall()
            for (name,) in names:
                if connection.execute(
                    f"select count(*) from {name} as t where contains(t::varchar, $1)", [word]
                ).fetchall() != [(0,)]:
                    found.add(f"{path.name}: {name}")
    return found


def without(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return [row for row in rows if key not in (row.get("artistId"), row.get("key"))]


def test_looking_shows_how_much_would_go_and_deletes_nothing(lived: Laptop) -> None:
    before, files = tables(lived), sorted(lived.home.rglob("lake/*/*/*"))
    said = lived("purge", "--provider", "lastfm", "--dry-run")
    assert said.code == 0, said.err
    shown = " ".join(said.out.split())
    assert f"rows of lake_lastfm__normalized_artist_info {len(before[ANSWERS[1]])}" in shown
    answers = [path for path in files if path.parent.name == "archive" and path.parents[1].name == "lastfm"]
    assert f"files deleted from archive/ {len(answers)}" in shown
    assert (tables(lived), sorted(lived.home.rglob("lake/*/*/*"))) == (before, files)


def test_a_purged_artist_is_taken_out_of_files_that_hold_others_too(
    everybody: Laptop, past: Path, thinned: Path, catalogue: Generated
) -> None:
    before, gone = tables(Laptop(past)), live_ones(catalogue)[1]
    after = tables(everybody.take_over(thinned))
    for name in (*ANSWERS, "merged"):
        assert after[name] == without(before[name], gone)
        assert len(after[name]) == len(before[name]) - 1
    assert {file.split("/")[1] for file in mentions(everybody, gone) if file.startswith("lake/")} == {"roster"}
    assert "loading" not in everybody("ingest").err


def test_a_purged_provider_is_gone_from_every_place_and_all_that_was_purged_stays_gone(
    everybody: Laptop, past: Path, thinned: Path, sandbox: Sandbox
) -> None:
    before = tables(everybody.take_over(thinned))
    shutil.copy(past / "warehouse.duckdb", everybody.home / "warehouse.previous.duckdb")
    assert everybody.lake("lastfm/archive")
    assert everybody("purge", "--provider", "lastfm", "--yes").code == 0
    after = tables(everybody)
    assert after[ANSWERS[1]] == []
    assert after["attempts"] == [row for row in before["attempts"] if row["provider"] != "lastfm"]
    assert after["facts"] == [
        row for row in before["facts"] if row["provider"] != "lastfm" and row["field"] != "lastfmUrl"
    ]
    assert {name: after[name] for name in (ANSWERS[0], "roster", "plays", "merged")} == {
        name: before[name] for name in (ANSWERS[0], "roster", "plays", "merged")
    }
    assert everybody.lake("lastfm/archive") == everybody.lake("lastfm/landing") == []
    assert mentions(everybody, "https://www.last.fm/music/") == set()
    assert not (everybody.home / "warehouse.previous.duckdb").exists()
    said = everybody("rebuild")
    assert (said.code, tables(everybody)) == (0, after)
    assert sandbox.calls()["total"] == 0


def test_who_is_forgotten_stands_nowhere_any_more_and_is_not_asked_about_again(
    lived: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    gone = artists(1)[0]
    assert len(mentions(lived, gone)) > 10
    assert lived("purge", "--artist", gone, "--forget", "--yes").code == 0
    assert mentions(lived, gone) == set()
    assert gone not in lived.dimension()
    assert len(lived.dimension()) == KNOWN - 1
    assert (lived("run", "--mode", "backfill").code, sandbox.calls()["total"]) == (0, 0)


def test_a_purge_that_is_killed_loses_nothing_and_is_finished_by_the_same_command(
    lived: Laptop, artists: Ids, nursery: ForkServerContext
) -> None:
    before, gone = tables(lived), artists(1)[0]
    command = ["purge", "--artist", gone, "--forget", "--yes"]
    for kill in KILLS:
        assert killed(nursery, lived, command, kill), kill
        left = Laptop(lived.home.with_name("left"), lived.environ).take_over(lived.home)
        assert left("ingest").code == 0
        for name in (*ANSWERS, "attempts"):
            rows, others = tables(left)[name], without(before[name], gone)
            assert without(rows, gone) == [row for row in others if row in rows], kill
            assert len(without(rows, gone)) + UNDER_OTHER_IDS >= len(others), kill
    said = lived(*command)
    assert said.code == 0, said.err
    after = tables(lived)
    for name in ANSWERS:
        assert after[name] == without(before[name], gone)
    assert mentions(lived, gone) == set()
    assert "loading" not in lived("ingest").err


def test_a_purged_artist_of_the_roster_is_asked_about_again(
    everybody: Laptop, past: Path, thinned: Path, sandbox: Sandbox, catalogue: Generated
) -> None:
    before, again = Laptop(past).answers(), live_ones(catalogue)[1]
    everybody.take_over(thinned)
    assert again not in everybody.answers()
    assert everybody("extract", "spotify", "--mode", "backfill").code == 0
    assert everybody("ingest").code == 0
    assert everybody.answers() == before
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 1


def test_only_what_is_older_goes_and_a_zipped_file_stays_one(laptop: Laptop) -> None:
    old, new = (
        artist(key, enrichedAt=at)
        for key, at in zip(keys(2), ("2020-01-01T00:00:00Z", "2026-11-01T00:00:00Z"), strict=True)
    )
    laptop.drop(gzip.compress(lines(old, new)), "mine_artist_enrichment.jsonl.gz")
    laptop("ingest")
    assert "rows of lake_spotify__normalized_artist_enrichment 1" in " ".join(
        laptop("purge", "--older-than", "1000d", "--provider", "spotify", "--yes").out.split()
    )
    assert set(laptop.answers()) == {new["artistId"]}
    assert set(laptop.dimension()) == {new["artistId"]}
    (name,) = laptop.lake("spotify/archive")
    (kept,) = gzip.decompress((laptop.home / "lake/spotify/archive" / name).read_bytes()).splitlines()
    assert json.loads(kept)["artistId"] == new["artistId"]
    assert laptop.value("select fileHash from {lake}.lake_ops__loaded_files").startswith(name[:16])


def test_lines_and_files_that_were_rejected_go_too(laptop: Laptop) -> None:
    secret = "A" * 22
    laptop.drop(lines(artist(), {"artistId": secret, "artistName": 5}))
    laptop.drop(f"not JSON, but of {secret}\n".encode(), "other_artist_enrichment.jsonl")
    laptop("ingest")
    assert len(mentions(laptop, secret)) == 3
    laptop("purge", "--artist", secret, "--yes")
    assert mentions(laptop, secret) == set()
    assert laptop.lake("spotify/rejected") == []
    assert list(laptop.answers()) == [artist()["artistId"]]


def test_a_provider_of_whose_answers_no_more_may_be_kept_is_not_asked_until_some_are_purged(
    lived: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    lived.environ["LINERNOTES_LASTFM__LARGEST_STORE"] = "2000"
    lived("import", "roster", lived.roster(artists(KNOWN + 1)[-1]))
    said = lived("run", "--mode", "backfill")
    assert said.code == 0, said.err
    assert not [route for route in sandbox.calls()["calls"] if "lastfm" in route]
    (told,) = [line for line in said.err.splitlines() if line.startswith("partial: ")]
    assert " MB) exceeds the 0.0 MB that its terms of use allow" in told
    _, _, remedy = told.partition("to make room: linernotes ")
    assert lived(*remedy.partition(";")[0].replace("365d", "0d").split(), "--yes").code == 0
    assert lived("extract", "lastfm", "--mode", "backfill", "--limit", "1").code == 0
    assert [route for route in sandbox.calls()["calls"] if "lastfm" in route]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--yes"], "purge: nothing selected"),
        (["--provider", "lastfn", "--yes"], "did you mean 'lastfm'?"),
        (["--artist", "Nobody at all", "--yes"], "no artist found for 'Nobody at all'"),
        (["--older-than", "soon", "--yes"], "not a valid duration"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(laptop: Laptop, options: list[str], said: str) -> None:
    refused = laptop("purge", *options)
    assert refused.code == 2
    assert said in refused.complaint


def test_what_dbt_merges_step_by_step_is_known_to_a_purge() -> None:
    """Such a table keeps what is gone from beneath it, so a purge empties it: it has to know its name."""
    project = shipped_folder("dbt_dataplatform")
    merged = {merged_into(dataset) for dataset in configs().datasets.values()}
    assert {path.stem for path in project.glob("models/lake/service/**/*.sql")} <= merged
    others = [path for path in project.glob("models/**/*.sql") if "service" not in path.parts or "hub" in path.parts]
    assert [path.stem for path in others if "incremental" in path.read_text(encoding="utf-8")] == []
    settings = (project / "dbt_project.yml").read_text(encoding="utf-8")
    assert settings.count("materialized: incremental") == 1


def test_nothing_goes_without_a_yes(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop.drop(lines(artist()))
    laptop("ingest")
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: PTH123, SIM115
    refused = laptop("purge", "--provider", "spotify")
    assert (refused.code, refused.complaint) == (2, "linernotes: purge: nothing was deleted; answer y, or use --yes")
    assert list(laptop.answers()) == [artist()["artistId"]]
