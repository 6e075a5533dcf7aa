"""The archive is the truth: the warehouse can be made again from it, without asking anybody."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linernotes.core.values import Json
from linernotes.providers import spotify
from linernotes.sandbox import Faults, Generated, Sandbox
from tests.conftest import QUICK, spotify_of
from tests.laptop import Laptop

TABLES = (
    "select * exclude (_line, _fileHash) from {lake}.lake_spotify__normalized_artist_enrichment order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_spotify__normalized_recently_played order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_roster__normalized_artists order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_ops__attempts order by all",
    "select file, line, field, reason, raw from {lake}.lake_ops__rejects order by all",
    "select * from {hub}.hub_music__svc_dim_artists order by all",
)

SCROBBLES = ("extract", "lastfm_scrobbles", "--user", "beginner")


@pytest.fixture(scope="module")
def past(built_home: Path, catalogue: Generated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a past: plays, a scrobble, bad lines, records, a tombstone, and a service that wants rest."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("past") / "home")))
    ids = [catalogue.id_at(index) for index in range(200)]
    deleted = next(key for key in ids if catalogue.artist(key) is None)
    with Sandbox(catalogue) as sandbox:
        laptop.environ |= spotify_of(sandbox) | QUICK
        laptop("import", "plays", laptop.plays(*ids[:5]))
        laptop("import", "roster", laptop.roster(*ids[:30], deleted, "bad"))
        assert laptop("import", "roster", laptop.roster("odd")).code == 4
        laptop("extract", "spotify", "--mode", "backfill", "--limit", "20")
        laptop("ingest")
        assert "fetched 1 play of" in laptop(*SCROBBLES, **sandbox.environment()).err
        sandbox.faults = Faults.parse("quota=0")
        assert "partial" in laptop("run", "--mode", "backfill").err
    return laptop.home


@pytest.fixture
def lived(online: Laptop, past: Path) -> Laptop:
    """A machine of which that home is."""
    return online.take_over(past)


def _tables(laptop: Laptop) -> list[list[dict[str, Any]]]:
    return [laptop.rows(sql) for sql in TABLES]


def test_a_rebuilt_warehouse_holds_the_same_and_nobody_was_asked(lived: Laptop, sandbox: Sandbox) -> None:
    before, runs = _tables(lived), lived.rows("select * from {lake}.lake_ops__runs order by all")
    calls = lived.rows("select * from {lake}.lake_ops__provider_calls order by all")
    said = lived("rebuild")
    assert said.code == 0, said.err  # bad lines of long ago are no news
    assert "; rejected 2" in said.err
    assert _tables(lived) == before
    kept = lived.rows("select * from {lake}.lake_ops__runs where command != 'rebuild' order by all")
    assert kept == runs
    assert lived.rows("select * from {lake}.lake_ops__provider_calls order by all") == calls
    assert "cooling down until" in lived("extract", "spotify", "--mode", "backfill").err
    assert sandbox.calls()["total"] == 0
    assert (lived.home / "warehouse.previous.duckdb").exists()
    assert "fetched 0 plays" in lived(*SCROBBLES, **sandbox.environment()).err
    assert sandbox.calls()["total"] == 1  # whether there is anything new


def test_a_broken_warehouse_is_told_of_and_made_again_by_todays_parsing_rules_without_a_call(
    lived: Laptop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {key: answer[0] for key, answer in lived.answers().items()}
    (_, *others, _), path = _tables(lived), lived.home / "warehouse.duckdb"
    whole = path.read_bytes()
    for broken in (b"garbage" * 1000, whole[: len(whole) // 2]):
        path.write_bytes(broken)
        told = lived("coverage")
        assert told.code != 0
        assert "linernotes rebuild" in told.complaint
    parse = spotify.parse

    def loud(key: str, raw: Json) -> Json:
        return {**parse(key, raw), "artistName": str(raw["name"]).upper(), "genres": ["loud"]}

    monkeypatch.setattr(spotify, "parse", loud)
    said = lived("rebuild", "--reparse")
    assert said.code == 4  # bad lines by new rules are news
    assert "more than 5 % bad lines in roster/" in said.complaint
    assert {key: answer[:2] for key, answer in lived.answers().items()} == {
        key: (name.upper(), ["loud"]) for key, name in names.items()
    }
    assert {row["artistName"] for row in lived.dimension().values() if row["enrichedAt"]} == {
        name.upper() for name in names.values()
    }
    assert _tables(lived)[1:-1] == others
    assert sandbox.calls()["total"] == 0


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda file: file.unlink(), "missing"),
        (lambda file: file.write_bytes(file.read_bytes().replace(b"a", b"b", 1)), "changed since it was loaded"),
        (lambda file: file.symlink_to(file.rename(file.parents[3] / "elsewhere.jsonl")), "a link, not a file"),
    ],
    ids=["missing", "flipped", "link"],
)
def test_a_damaged_archive_is_named_before_anything_is_replaced(
    lived: Laptop, harm: Callable[[Path], object], told: str
) -> None:
    shutil.copy(lived.home / "warehouse.duckdb", lived.home / "warehouse.previous.duckdb")
    file = next((lived.home / "lake" / "spotify" / "archive").glob("*_artist_enrichment.jsonl"))
    before = _tables(lived)
    harm(file)
    said = lived("rebuild")
    assert said.code == 1
    assert "1 archived file is missing or damaged" in said.complaint
    assert file.name in said.complaint
    assert told in said.complaint
    assert "--accept-loss" in said.complaint
    assert _tables(lived) == before
    assert (lived.home / "warehouse.previous.duckdb").exists()
    found = lived("doctor", "--offline", "--deep", "--format", "json")
    assert [row["state"] for row in found.rows if row["what"] == "archive"] == ["problem"]
    assert file.name in found.complaint


def test_doctor_verifies_every_hash(lived: Laptop) -> None:
    rows = lived("doctor", "--offline", "--deep", "--format", "json").rows
    (archive,) = [row for row in rows if row["what"] == "archive"]
    assert (archive["state"], archive["finding"].endswith("all hashes verified")) == ("ok", True)


def test_what_is_lost_can_be_accepted(lived: Laptop) -> None:
    for answers in (lived.home / "lake" / "spotify" / "archive").glob("*_artist_enrichment.jsonl"):
        answers.unlink()
    kept = lived.value("select count(*) from {lake}.lake_plays__normalized_plays")
    assert lived("rebuild", "--accept-loss").code == 0
    assert lived.value("select count(*) from {lake}.lake_plays__normalized_plays") == kept
    assert lived.answers() == {}
