"""The main job, end to end."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import read_settings
from linernotes.runs import compiled, hub
from linernotes.runs.dbt import DATA, TESTS_OF_MODELS, dbt
from linernotes.sandbox import Sandbox
from linernotes.storage.workspace import open_workspace
from tests.laptop import WITH_DATA_TESTS, Laptop

Ids = Callable[[int], list[str]]


SHAPES = (
    "select table_schema || '.' || table_name as place, column_name, data_type, is_nullable, ordinal_position "
    "from information_schema.columns order by place, ordinal_position"
)
# A table that tells what others were made from, one beneath a view that Python reads, such a view, and an analyst's.
MISSING = [
    "table dp_hub_local.hub_music__int_queue_state",
    "table dp_hub_local.hub_music__int_track_credits",
    "view dp_hub_local.hub_music__int_tracks_signature",
    "view dp_hub_local.hub_music__svc_artist_tags",
]


def test_a_roster_becomes_a_dimension_and_nothing_is_asked_twice(
    online: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    roster = online.roster(*artists(120))
    assert online("import", "roster", roster).code == 0
    said = online("run", **WITH_DATA_TESTS)
    assert said.code == 0, said.err
    assert enriched(online) == 120
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 3
    sandbox.reset()
    assert online("run").code == 0
    assert "the limit is 0" in (said := online("run", "--limit", "0")).out + said.err
    assert sandbox.calls()["total"] == 0


def test_nothing_is_asked_twice_in_a_run_though_the_queue_should_list_it_still(
    online: Laptop, sandbox: Sandbox, artists: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "WITH_EVERY_FILE", frozenset({"ops/loaded_files"}))  # so that it is not told of attempts
    online("import", "roster", online.roster(*artists(3)))
    online("run")
    assert sandbox.calls()["calls"]["GET /v1/artists"] == 1


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
    assert {dim, "hub_music__svc_artist_tags"} <= set(made_by(online, "run", "--limit", "0"))  # a view, too


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
    kept = compiled.kept_build(settings, ())
    assert kept is not None
    assert {test.name for test in kept.tests} == {
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


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the queries are kept beside the code, for this test alone."""
    monkeypatch.setattr(compiled, "beside_the_code", lambda: tmp_path / "beside")
    return tmp_path / "beside"


def test_dbt_is_started_once_for_all_homes_whatever_happens_to_what_it_left(tmp_path: Path, kept_in: Path) -> None:
    def started(name: str) -> bool:
        machine = Laptop(tmp_path / name)
        assert machine("init").code == 0
        assert len(machine.rows("from {hub}.hub_music__svc_dim_artists")) == 0
        return (machine.home / "dbt").exists()

    assert (started("first"), started("second")) == (True, False)
    (kept,) = kept_in.iterdir()
    assert [path.stat().st_mode & 0o777 for path in (kept_in, kept)] == [0o755, 0o644]  # for all who use the code
    kept.write_text('{"tested": true, "objects": [{"name": "no query"}], "tests": []}', encoding="utf-8")
    assert (started("third"), started("fourth")) == (True, False)


def test_where_the_code_may_not_be_written_to_each_home_keeps_them(tmp_path: Path, kept_in: Path) -> None:
    kept_in.write_text("no folder")
    machine = Laptop(tmp_path / "home")
    assert machine("init").code == 0
    (kept,) = (machine.home / "dbt").glob("hub-*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    log = machine.home / "dbt" / "logs" / "dbt.log"
    log.unlink()
    assert machine("import", "roster", machine.roster("4Z8W4fKeB5YxbusRsdQVPb")).code == 0
    assert machine("run", "--limit", "0").code == 0
    assert not log.exists()


def test_a_hub_made_without_dbt_is_the_one_that_dbt_makes(tmp_path: Path, kept_in: Path) -> None:
    """In other schemas, too: what is kept names none."""
    by_dbt, without = Laptop(tmp_path / "one"), Laptop(tmp_path / "two")
    assert by_dbt("init").code == 0
    assert without("init", LINERNOTES_HUB_DATASET="my_hub").code == 0
    assert not (without.home / "dbt").exists()
    shapes = [machine.rows(SHAPES) for machine in (by_dbt, without)]
    assert len(shapes[0]) > 1000
    assert shapes[0] == [{**row, "place": row["place"].replace("my_hub", "dp_hub_local")} for row in shapes[1]]


def made_again(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    """The tables that are made again within a run, with all their rows."""
    kept = compiled.kept_build(read_settings(environ={"LINERNOTES_HOME": str(laptop.home)}), ())
    assert kept is not None
    names = [f"{table.schema}.{table.name}" for table in kept.objects]
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
