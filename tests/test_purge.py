"""What has to go is gone from every place, stays gone, and takes nothing else with it."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.config.settings import shipped_folder
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.warehouses.schema import merged_into
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop
from tests.samples import artist, configs, keys, lines

Ids = Callable[[int], list[str]]
KNOWN = 12
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


@pytest.fixture(scope="module")
def past(built_home: Path, catalogue: Generated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has asked everybody about a roster, of which one artist was played; then rebuilt."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("past") / "home")))
    live = [catalogue.id_at(index) for index in range(100) if catalogue.state(index) == "live"][:KNOWN]
    with Sandbox(catalogue) as sandbox:
        laptop.environ |= sandbox.environment() | QUICK | HURRIED
        laptop("import", "roster", laptop.roster(*live))
        laptop("import", "plays", laptop.plays(live[0]))
        assert laptop("run", "--mode", "backfill").code == 0
        laptop("rebuild")
    return laptop.home


@pytest.fixture
def lived(everybody: Laptop, past: Path) -> Laptop:
    """A machine of which that home is."""
    return everybody.take_over(past)


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
    assert "files deleted from archive/ 1" in shown
    assert (tables(lived), sorted(lived.home.rglob("lake/*/*/*"))) == (before, files)


def test_a_purged_provider_is_gone_from_every_place_and_stays_gone(lived: Laptop, sandbox: Sandbox) -> None:
    before = tables(lived)
    assert lived.lake("lastfm/archive")
    assert (lived.home / "warehouse.previous.duckdb").exists()
    assert lived("purge", "--provider", "lastfm", "--yes").code == 0
    after = tables(lived)
    assert after[ANSWERS[1]] == []
    assert after["attempts"] == [row for row in before["attempts"] if row["provider"] != "lastfm"]
    assert after["facts"] == [
        row for row in before["facts"] if row["provider"] != "lastfm" and row["field"] != "lastfmUrl"
    ]
    assert {name: after[name] for name in (ANSWERS[0], "roster", "plays", "merged")} == {
        name: before[name] for name in (ANSWERS[0], "roster", "plays", "merged")
    }
    assert lived.lake("lastfm/archive") == lived.lake("lastfm/landing") == []
    assert mentions(lived, "https://www.last.fm/music/") == set()
    assert not (lived.home / "warehouse.previous.duckdb").exists()
    said = lived("rebuild")
    assert (said.code, tables(lived)) == (0, after)
    assert sandbox.calls()["total"] == 0


def test_a_purged_artist_is_taken_out_of_files_that_hold_others_too(lived: Laptop, artists: Ids) -> None:
    before, gone = tables(lived), artists(2)[1]
    said = lived("purge", "--artist", f"https://open.spotify.com/artist/{gone}", "--yes")
    assert said.code == 0, said.err
    after = tables(lived)
    for name in (*ANSWERS, "merged"):
        assert after[name] == without(before[name], gone)
        assert len(after[name]) == len(before[name]) - 1
    assert {file.split("/")[1] for file in mentions(lived, gone) if file.startswith("lake/")} == {"roster"}
    assert "loading" not in lived("ingest").err
    assert (lived("rebuild").code, tables(lived)) == (0, after)


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


def test_a_purged_artist_of_the_roster_is_asked_about_again(lived: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    before, again = lived.answers(), artists(1)[0]
    lived("purge", "--artist", again, "--yes")
    assert again not in lived.answers()
    assert lived("run", "--mode", "backfill").code == 0
    assert lived.answers() == before
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 1


def test_only_what_is_older_goes(laptop: Laptop) -> None:
    old, new = (
        artist(key, enrichedAt=at)
        for key, at in zip(keys(2), ("2020-01-01T00:00:00Z", "2026-11-01T00:00:00Z"), strict=True)
    )
    laptop.drop(lines(old, new))
    laptop("ingest")
    assert "rows of lake_spotify__normalized_artist_enrichment 1" in " ".join(
        laptop("purge", "--older-than", "1000d", "--provider", "spotify", "--yes").out.split()
    )
    assert set(laptop.answers()) == {new["artistId"]}
    assert set(laptop.dimension()) == {new["artistId"]}


def test_a_zipped_file_stays_one(laptop: Laptop) -> None:
    laptop.drop(gzip.compress(lines(*(artist(key) for key in keys(3)))), "mine_artist_enrichment.jsonl.gz")
    laptop("ingest")
    assert laptop("purge", "--artist", keys(2)[1], "--yes").code == 0
    (name,) = laptop.lake("spotify/archive")
    text = gzip.decompress((laptop.home / "lake/spotify/archive" / name).read_bytes())
    assert [json.loads(line)["artistId"] for line in text.splitlines()] == [keys(3)[0], keys(3)[2]]
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
    assert lived("run", "--mode", "backfill", "--provider", "lastfm", "--limit", "1").code == 0
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
