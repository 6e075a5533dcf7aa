"""The archive is the truth: the warehouse can be made again from it, without asking anybody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linernotes.providers import spotify
from linernotes.sandbox import Faults, Sandbox
from linernotes.values import Json
from tests.laptop import Laptop

Ids = Callable[[int], list[str]]
TABLES = (
    "select * exclude (_line, _fileHash) from {lake}.lake_spotify__normalized_artist_enrichment order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_spotify__normalized_recently_played order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_roster__normalized_artists order by all",
    "select * exclude (_line, _fileHash) from {lake}.lake_ops__attempts order by all",
    "select file, line, field, reason, raw from {lake}.lake_ops__rejects order by all",
    "select * from {hub}.hub_music__svc_dim_artists order by all",
)


@pytest.fixture
def lived(online: Laptop, sandbox: Sandbox, artists: Ids, fated: Callable[[str, int], list[str]]) -> Laptop:
    """A machine with a past: plays, a roster with a bad line, records, a tombstone, and a service that wants rest."""
    online("import", "plays", online.plays(*artists(5)))
    online("import", "roster", online.roster(*artists(30), *fated("deleted", 1), "bad"))
    online("extract", "spotify", "--mode", "backfill", "--limit", "20")
    online("ingest")
    sandbox.faults = Faults.parse("quota=0")
    assert "partial" in online("run", "--mode", "backfill").err
    sandbox.faults = Faults()
    sandbox.reset()
    return online


def _tables(laptop: Laptop) -> list[list[dict[str, Any]]]:
    return [laptop.rows(sql) for sql in TABLES]


def test_a_rebuilt_warehouse_holds_the_same_and_nobody_was_asked(lived: Laptop, sandbox: Sandbox) -> None:
    before, runs = _tables(lived), lived.rows("select * from {lake}.lake_ops__runs order by all")
    calls = lived.rows("select * from {lake}.lake_ops__provider_calls order by all")
    said = lived("rebuild")
    assert said.code == 0, said.err
    assert _tables(lived) == before
    kept = lived.rows("select * from {lake}.lake_ops__runs where command != 'rebuild' order by all")
    assert kept == runs
    assert lived.rows("select * from {lake}.lake_ops__provider_calls order by all") == calls
    assert "parked until" in lived("extract", "spotify", "--mode", "backfill").err
    assert sandbox.calls()["total"] == 0
    assert (lived.home / "warehouse.previous.duckdb").exists()


def test_todays_parsing_rules_reach_yesterdays_answers_without_a_call(
    lived: Laptop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {key: answer[0] for key, answer in lived.answers().items()}
    tombstones = [outcome for outcome in lived.outcomes() if outcome[1] == "not_found"]
    parse = spotify.parse

    def loud(key: str, raw: Json) -> Json:
        return {**parse(key, raw), "artistName": str(raw["name"]).upper(), "genres": ["loud"]}

    monkeypatch.setattr(spotify, "parse", loud)
    lived("rebuild")
    assert {key: answer[0] for key, answer in lived.answers().items()} == names
    lived("rebuild", "--reparse")
    assert {key: answer[:2] for key, answer in lived.answers().items()} == {
        key: (name.upper(), ["loud"]) for key, name in names.items()
    }
    assert {row["artistName"] for row in lived.dimension().values() if row["enrichedAt"]} == {
        name.upper() for name in names.values()
    }
    assert [outcome for outcome in lived.outcomes() if outcome[1] == "not_found"] == tombstones
    assert sandbox.calls()["total"] == 0


@pytest.mark.parametrize("damage", ["no database", "cut in half"])
def test_a_broken_warehouse_is_told_of_and_recovered(lived: Laptop, sandbox: Sandbox, damage: str) -> None:
    before, path = _tables(lived), Path(lived.home / "warehouse.duckdb")
    whole = path.read_bytes()
    path.write_bytes(b"garbage" * 1000 if damage == "no database" else whole[: len(whole) // 2])
    said = lived("coverage")
    assert said.code != 0
    assert "linernotes rebuild" in said.complaint
    said = lived("rebuild")
    assert said.code == 0, said.err
    assert _tables(lived) == before
    assert sandbox.calls()["total"] == 0
