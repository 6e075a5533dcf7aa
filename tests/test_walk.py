"""The main job, end to end."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import read_settings
from linernotes.runs import hub
from linernotes.runs.dbt import DATA, TESTS_OF_MODELS, dbt
from linernotes.sandbox import Sandbox
from linernotes.storage.workspace import open_workspace
from tests.laptop import WITH_DATA_TESTS, Laptop

Ids = Callable[[int], list[str]]


# A table that tells what others were made from, one beneath a view that Python reads, such a view, and an analyst's.
MISSING = [
    "table dp_hub_local.hub_music__int_queue_state",
    "table dp_hub_local.hub_music__int_track_credits",
    "view dp_hub_local.hub_music__int_tracks_signature",
    "view dp_hub_local.hub_music__svc_artist_tags",
]


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
    assert enriched(online) == 120
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 3
    sandbox.reset()
    assert online("run").code == 0
    assert sandbox.calls()["total"] == 0


def test_a_run_builds_the_hub_when_it_brought_something_and_views_when_the_models_changed(
    online: Laptop, artists: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    dim, merged = "hub_music__svc_dim_artists", "lake_spotify__svc_artist_enrichment"

    def built(*command: str | Path) -> set[str]:
        """Which of both tables a command made."""
        return {dim, merged}.intersection(made_by(online, *command))

    assert built("import", "roster", online.roster(*artists(3))) == set()
    assert built("run", "--mode", "backfill") == {dim, merged}
    assert built("run", "--mode", "backfill") == set()
    assert online("import", "roster", online.roster(*artists(3), "odd")).code == 4
    assert built("run", "--limit", "0") == {dim}
    assert built("run", "--limit", "0") == set()
    monkeypatch.setattr(hub, "project_hash", lambda: "other models")
    assert built("run", "--limit", "0") == {dim}
    assert "made hub_music__svc_artist_tags" in online("-vv", "run", "--limit", "0").err


def test_plays_are_gone_through_again_only_when_there_are_new_ones(online: Laptop, artists: Ids) -> None:
    plays = "hub_music__svc_fact_plays"
    online("import", "plays", online.plays(*artists(2)))
    assert plays in made_by(online, "run", "--mode", "backfill")
    online("import", "roster", online.roster(*artists(5)))
    assert plays not in made_by(online, "run", "--mode", "backfill")
    assert enriched(online) == 5
    online("import", "plays", online.plays(*artists(3), at="2026-11-21T10:{:02}:00Z", name="more.jsonl"))
    online("run", "--mode", "backfill")
    assert online.value("select count(*) from {hub}.hub_music__svc_fact_plays") == 5


def test_a_table_made_again_is_the_one_that_dbt_makes(online: Laptop, artists: Ids) -> None:
    online("import", "plays", online.plays(*artists(9)))
    online("run", "--mode", "backfill")
    online("import", "roster", online.roster(*artists(12)))
    online("run", "--mode", "backfill")
    again = made_again(online)
    assert online("transform", DBT_FULL_REFRESH="true").code == 0
    assert again == made_again(online)


def test_a_run_starts_no_dbt_and_tests_the_data_all_the_same(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(3)))
    assert online("transform", **WITH_DATA_TESTS).code == 0
    (online.home / "dbt" / "logs" / "dbt.log").unlink()
    assert online("run", "--limit", "1", **WITH_DATA_TESTS).code == 0
    with duckdb.connect(str(online.home / "warehouse.duckdb")) as connection:
        connection.execute("use dp_lake_local")
        connection.execute("insert into lake_spotify__svc_artist_enrichment from lake_spotify__svc_artist_enrichment")
    said = online("run", **WITH_DATA_TESTS)
    assert said.code == 4, said.err
    assert "tests failed: is_key_lake_spotify__svc_artist_enrichment" in said.complaint
    assert enriched(online) == 3
    assert not (online.home / "dbt" / "logs" / "dbt.log").exists()


def test_the_tests_of_a_run_are_those_that_dbt_would_choose(tmp_path: Path) -> None:
    machine = Laptop(tmp_path / "home")
    assert machine("init", **WITH_DATA_TESTS).code == 0
    settings = read_settings(environ={"LINERNOTES_HOME": str(machine.home)})
    with open_workspace(settings, ConsoleProgress()) as workspace:
        chosen = dbt(settings, workspace.warehouse, ["test", "--select", *DATA, "--exclude", *TESTS_OF_MODELS])
    kept = json.loads((machine.home / "dbt" / "queries-local.json").read_text(encoding="utf-8"))
    assert {test["name"] for test in kept["tests"]} == {
        each.node.name for each in chosen if each.node.resource_type == "test"
    }


def enriched(laptop: Laptop) -> Any:
    """How many artists of the dimension are enriched."""
    return laptop.value("select count(distinct artistId) from {hub}.hub_music__svc_artist_facts")


def made_by(laptop: Laptop, *command: str | Path) -> list[str]:
    """The tables that a command made without dbt."""
    said = laptop("-vv", *command)
    assert said.code == 0, said.err
    return re.findall(r"transform: made (\w+)", said.err)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("{", encoding="utf-8")])
def test_dbt_makes_the_tables_itself_where_its_queries_are_not_at_hand(
    laptop: Laptop, artists: Ids, damage: Callable[[Path], object]
) -> None:
    damage(laptop.home / "dbt" / "queries-local.json")
    assert laptop("import", "roster", laptop.roster(*artists(3))).code == 0
    assert laptop.value("select count(*) from {hub}.hub_music__int_roster_rows") == 3
    assert "table model dp_hub_local.hub_music__int_roster_rows" in (laptop.home / "dbt/logs/dbt.log").read_text()


def made_again(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    """The tables that are made again within a run, with all their rows."""
    kept = json.loads((laptop.home / "dbt" / "queries-local.json").read_text(encoding="utf-8"))
    names = [f"{table['schema']}.{table['name']}" for table in kept["tables"]]
    assert len(names) > 10
    return {name: [*laptop.rows(f"describe {name}"), *laptop.rows(f"from {name} order by all")] for name in names}


@pytest.mark.parametrize("missing", MISSING[1:3])
def test_a_hub_of_an_older_version_need_not_have_what_todays_has(laptop: Laptop, artists: Ids, missing: str) -> None:
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute(f"drop {missing}")
        connection.execute("update dp_lake_local.lake_ops__runs set builtFrom = 'models of then, 0 files'")
    said = laptop("import", "roster", laptop.roster(*artists(3)))
    assert (said.code, "building the hub" in said.err) == (0, False), said.err
    said = laptop("plan")
    assert (said.code, "building the hub" in said.err) == (0, True), said.err
    assert laptop.waits() == 3


def test_an_import_never_waits_for_a_hub(tmp_path: Path, artists: Ids) -> None:
    machine = Laptop(tmp_path / "home")
    assert "imported 3 new artists" in machine("import", "roster", machine.roster(*artists(3))).err
    assert "imported 3 new plays" in machine("import", "plays", machine.plays(*artists(3))).err
    assert not (machine.home / "dbt").exists()
    said = machine("coverage")
    assert (said.code, "are not built yet; to build them: linernotes run, or" in said.complaint) == (2, True)


def test_a_first_hub_is_built_once(built_home: Path) -> None:
    assert len(builds(Laptop(built_home))) == 1


@pytest.mark.parametrize(("missing", "command"), [*zip(MISSING, ["init", "transform", "run", "run"], strict=True)])
def test_whatever_of_the_hub_was_dropped_by_hand_comes_back(laptop: Laptop, missing: str, command: str) -> None:
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute(f"drop {missing}")
    said = laptop(command)
    assert said.code == 0, said.err
    assert laptop.rows(f"select * from {missing.partition(' ')[2]}") is not None


def test_a_table_that_stands_where_a_view_belongs_gives_way_to_it(laptop: Laptop) -> None:
    with duckdb.connect(str(laptop.home / "warehouse.duckdb")) as connection:
        connection.execute("drop view dp_hub_local.hub_music__svc_artist_tags")
        connection.execute("create table dp_hub_local.hub_music__svc_artist_tags (x int)")
    assert laptop("transform", "--select", "hub_music__svc_artist_tags").code == 0
    kind = "select table_type from information_schema.tables where table_name = 'hub_music__svc_artist_tags'"
    assert laptop.value(kind) == "VIEW"
