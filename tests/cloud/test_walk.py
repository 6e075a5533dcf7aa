"""The whole walk with a bucket and BigQuery is the walk on a laptop: the same tables, row for row."""

import os
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import read_settings
from linernotes.core.clock import SystemClock
from linernotes.runs.dbt import dbt
from linernotes.runs.snapshots import LOOK_SECONDS, Snapshots
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.workspace import open_workspace
from tests.cloud.machine import Machine
from tests.cloud.proxy import Request
from tests.cloud.walks import BEGAN, FIRST_RUN, HUB, LAKE, PLAYED, ROSTER, RUN, it_is, tables
from tests.laptop import WITH_DATA_TESTS, Laptop

pytestmark = pytest.mark.cloud

LATER = 10  # minutes after the walk began


@pytest.mark.parametrize("sql", HUB + LAKE, ids=lambda sql: sql.split("__")[1].split()[0])
def test_every_row_is_that_of_a_laptop(in_the_cloud: Machine, on_a_laptop: Laptop, sql: str) -> None:
    """Instants too: both walks were taken at the same ones, so none has to be left out."""
    rows = in_the_cloud.rows(sql)
    assert rows
    assert rows == on_a_laptop.rows(sql)


def test_no_lost_answer_left_anything_behind_or_asked_anybody_twice(in_the_cloud: Machine) -> None:
    later = (BEGAN + timedelta(minutes=LATER)).replace(tzinfo=None)
    runs = in_the_cloud.rows("select command, status, startedAt from {lake}.lake_ops__runs order by startedAt")
    assert [(run["command"], run["status"]) for run in runs if run["startedAt"] < later] == [
        (command, "ok") for command in ("init", "import roster", "import plays", "run", "run")
    ]
    assert [in_the_cloud.lake(f"{provider}/landing") for provider in ("spotify", "roster")] == [[], []]
    assert in_the_cloud.lake("_state") == []
    twice = "select key from {lake}.lake_ops__attempts where provider = 'spotify' group by key having count(*) > 1"
    assert in_the_cloud.rows(twice) == []


def test_every_unit_test_of_the_models_passes_in_bigquery(in_the_cloud: Machine) -> None:
    """The tests of the data were part of the walk: over the empty lake of its first command and after its last."""
    results = by_dbt(in_the_cloud, "test", "--select", "test_type:unit")
    assert len(results) >= 10
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}


def test_every_artist_of_the_roster_has_its_fate(in_the_cloud: Machine, catalogue: Generated) -> None:
    fates = {catalogue.id_at(index): catalogue.state(index) for index in range(ROSTER)}
    rows = in_the_cloud.dimension()
    asked = {key: rows[key] for key in fates}
    assert set(fates.values()) == {"live", "merged", "deleted"}
    assert {key for key, row in asked.items() if row["enrichmentStatus"] == "not_found"} == {
        key for key, state in fates.items() if state == "deleted"
    }
    assert {key for key, row in asked.items() if row["canonicalArtistId"]} == {
        key for key, state in fates.items() if state == "merged"
    }
    assert in_the_cloud.lake("spotify/landing") == in_the_cloud.lake("roster/landing") == []


def test_a_second_run_asks_nobody_and_loads_nothing(in_the_cloud: Machine, service: Sandbox) -> None:
    before, archived = tables(in_the_cloud), in_the_cloud.lake("spotify/archive")
    service.reset()
    with it_is(LATER):
        said = in_the_cloud(*RUN)
    assert said.code == 0, said.err
    assert "nothing to enrich: all artists are up to date" in said.err
    assert service.calls()["total"] == 0
    assert (tables(in_the_cloud), in_the_cloud.lake("spotify/archive")) == (before, archived)
    assert 0 < len(in_the_cloud.calls[RUN]) < 15, shown(in_the_cloud.calls[RUN])


@pytest.mark.parametrize(
    "command",
    [
        ("coverage",),
        ("stale", "--days", "0"),
        ("latest",),
        ("plan", "--mode", "refresh", "--older-than", "0d"),
        ("top", "artists"),
        ("top", "tracks", "--time-zone", "Europe/Berlin"),
        ("top", "genres"),
        ("discoveries",),
        ("history", str(Generated().id_at(PLAYED[0]))),
        ("sql", "select artistId, playedAt, msPlayed from hub_music__svc_fact_plays order by playedAt, artistId"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_report_says_what_it_says_on_a_laptop(
    in_the_cloud: Machine, on_a_laptop: Laptop, command: tuple[str, ...]
) -> None:
    with it_is(LATER):
        said, there = in_the_cloud(*command, "--format", "json"), on_a_laptop(*command, "--format", "json")
    assert (said.code, there.code) == (0, 0), said.err
    assert said.rows
    assert said.rows == there.rows


@pytest.mark.parametrize("query", ["select * from no_such_table", "select noSuchColumn from hub_music__svc_fact_plays"])
def test_a_wrong_query_is_the_askers_to_fix(in_the_cloud: Machine, query: str) -> None:
    said = in_the_cloud("sql", query)
    assert said.code == 2
    assert "fix the query; linernotes sql .tables lists the tables" in said.complaint


def test_doctor_finds_nothing_to_complain_of(in_the_cloud: Machine) -> None:
    with it_is(LATER):
        said = in_the_cloud("doctor", "--offline", "--format", "json")
    assert said.code == 0, said.err
    findings = {row["what"]: row for row in said.rows if row["state"] == "ok"}
    assert "BigQuery project test-" in findings["warehouse"]["finding"]
    assert findings["lease"]["finding"] == "no other run is active"
    assert "last run started" in findings["freshness"]["finding"]


def test_an_analysis_gives_the_same_rows_on_both_engines(in_the_cloud: Machine, on_a_laptop: Laptop) -> None:
    here, there = analyses(in_the_cloud), analyses(on_a_laptop)
    assert set(here) == {"artists_by_genre", "artists_with_profile_images", "top_genres"}
    for name, sql in here.items():
        rows = in_the_cloud.rows(sql)
        assert rows
        assert rows == on_a_laptop.rows(there[name])


def test_a_rebuilt_warehouse_is_the_same_and_nobody_was_asked(in_the_cloud: Machine, service: Sandbox) -> None:
    before = tables(in_the_cloud)
    service.reset()
    with it_is(LATER):
        said = in_the_cloud("rebuild")
    assert said.code == 0, said.err
    assert tables(in_the_cloud) == before
    assert service.calls()["total"] == 0


def test_a_run_that_lands_one_file_takes_few_calls(in_the_cloud: Machine) -> None:
    calls = in_the_cloud.calls[FIRST_RUN]
    assert len([call for call in calls if "/copyTo/" in call.path]) == 1
    assert len(calls) < 33 + 2, shown(calls)  # two of them again, since their answers were lost


def test_tables_and_views_are_described_in_bigquery_too(in_the_cloud: Machine) -> None:
    listed = in_the_cloud.client.list_tables("dp_hub_dev")
    models = [in_the_cloud.client.get_table(item.reference) for item in listed if "__svc_" in item.table_id]
    assert len(models) > 20
    assert [model.table_id for model in models if not model.description] == []
    columns = {f"{model.table_id}.{field.name}": field.description or "" for model in models for field in model.schema}
    assert [name for name, said in columns.items() if not said] == []
    assert [name for name, said in columns.items() if len(said) > 1024] == []  # BigQuery takes no longer ones


class Later(SystemClock):
    """A clock whose seconds go by when a test says so."""

    seconds = 0.0

    def monotonic(self) -> float:
        """The seconds that the test has let go by."""
        return self.seconds


def test_a_server_notices_after_half_a_minute_that_a_command_has_ended(in_the_cloud: Machine) -> None:
    environ, clock = in_the_cloud.environment(), Later()
    with mock.patch.dict(os.environ, environ, clear=True):
        snapshots = Snapshots(read_settings(environ=environ), clock)

        def read() -> str:
            with snapshots.reading() as (workspace, name):
                assert next(workspace.warehouse.rows("select count(*) as n from {hub}.hub_music__svc_dim_artists"))["n"]
            return name

        first = read()
        with it_is(50):
            assert in_the_cloud("import", "roster", in_the_cloud.roster("4Z8W4fKeB5YxbusRsdQVPb")).code == 0
        clock.seconds = LOOK_SECONDS - 1
        assert read() == first
        clock.seconds = LOOK_SECONDS
        assert read() != first
        snapshots.close()


def analyses(laptop: Laptop) -> dict[str, str]:
    """The analyses of the dbt project, as dbt fills them in for the warehouse of this machine."""
    results = by_dbt(laptop, "compile", "--select", "resource_type:analysis")
    return {result.node.name: result.node.compiled_code for result in results}


def by_dbt(laptop: Laptop, *arguments: str) -> list[Any]:
    """The results of a command of dbt's on this machine."""
    environ = laptop.environment(**WITH_DATA_TESTS)
    with (
        mock.patch.dict(os.environ, environ, clear=True),
        open_workspace(read_settings(environ=environ), ConsoleProgress()) as workspace,
    ):
        return dbt(workspace.settings, workspace.warehouse, list(arguments))


def shown(calls: list[Request]) -> str:
    """Calls, one per line."""
    return "\n".join(f"{call.method} {call.path[:150]} {call.body[:150]!r}" for call in calls)
