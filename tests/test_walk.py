"""The main job, end to end."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from linernotes.runs import hub
from linernotes.sandbox import Sandbox
from tests.laptop import WITH_DATA_TESTS, Laptop

Ids = Callable[[int], list[str]]


def builds(laptop: Laptop) -> list[set[str]]:
    """The kinds of node in every build, by dbt's own log."""
    log = (laptop.home / "dbt" / "logs" / "dbt.log").read_text(encoding="utf-8")
    finished = re.findall(r"Finished running (.+) in \d+ hours", log)
    return [set(re.findall(r"\d+ ([a-z ]+?)s?(?:,|$)", line)) for line in finished]


def test_a_roster_becomes_a_dimension_and_nothing_is_asked_twice(
    online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    roster = online.roster(*artists(120))
    assert online("import", "roster", roster).code == 0
    said = online("run", **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    assert "data test" in builds(online)[-1]
    assert (
        online.value("select count(*) from {hub}.hub_music__svc_dim_artists where enrichmentStatus = 'enriched'") == 120
    )
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 3
    sandbox.reset()
    assert online("run").code == 0
    assert sandbox.calls()["total"] == 0


def test_a_run_builds_the_hub_when_it_brought_something_and_views_when_the_models_changed(
    online: Laptop, artists: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    (online.home / "dbt" / "logs" / "dbt.log").unlink()
    tables = {"incremental model", "table model"}
    online("import", "roster", online.roster(*artists(3)))
    online("run", "--mode", "backfill")
    assert builds(online) == [tables]
    online("run", "--mode", "backfill")
    assert builds(online) == [tables]
    online("import", "roster", online.roster(*artists(3), "odd"))
    online("run", "--limit", "0")
    assert builds(online) == [tables] * 2
    online("run", "--limit", "0")
    assert builds(online) == [tables] * 2
    monkeypatch.setattr(hub, "project_hash", lambda: "other models")
    online("run", "--limit", "0")
    assert builds(online) == [tables, tables, tables | {"view model", "seed"}]


def test_a_first_hub_is_built_once(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home")
    assert laptop("init").code == 0
    assert len(builds(laptop)) == 1


def test_a_view_that_was_dropped_by_hand_comes_back_with_transform(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(3)))
    with duckdb.connect(str(online.home / "warehouse.duckdb")) as connection:
        connection.execute("drop view dp_hub_local.hub_music__svc_artist_tags")
    assert online("run", "--mode", "backfill", **WITH_DATA_TESTS).code != 0
    assert online("transform").code == 0
    assert online("run", "--mode", "backfill").code == 0


def test_a_table_that_stands_where_a_view_belongs_gives_way_to_it(laptop: Laptop) -> None:
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute("drop view dp_hub_local.hub_music__svc_artist_tags")
        connection.execute("create table dp_hub_local.hub_music__svc_artist_tags (x int)")
    assert laptop("transform", "--select", "hub_music__svc_artist_tags").code == 0
    kind = "select table_type from information_schema.tables where table_name = 'hub_music__svc_artist_tags'"
    assert laptop.value(kind) == "VIEW"
