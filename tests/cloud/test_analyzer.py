"""Every query of the dbt project is good GoogleSQL, says Google's own analyzer."""

import re
from typing import Any, Literal, cast

import pytest
import yaml

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from linernotes.config.settings import Settings, read_settings, shipped_folder
from linernotes.core import sql
from linernotes.reports.song_days import SongDay
from linernotes.runs.dbt import dbt
from linernotes.storage.ports import Warehouse
from linernotes.storage.warehouses.schema import for_google
from tests.cloud.analyzer import Statement, Verdict, analyze
from tests.cloud.emulators import running

pytestmark = pytest.mark.cloud

PROJECT = "analyzed"
KINDS = ("model", "test", "analysis")
How = Literal["full", "incremental"]


AT, DAY = "timestamp '2026-01-01'", "date '2026-01-01'"
# Statements of reports, and values of the types that they are asked with.
REPORTS = {
    "page_history": {
        "zone": "'UTC'",
        "since": AT,
        "earliest": AT,
        "until": AT,
        "hidden": "['']",
        "monthly": "true",
        "few_months": "false",
        "genres": "40",
    },
    "streams_series": {"since": DAY, "artist": "''", "shown": "5"},
    "streams_days": {"since": DAY, "series": "['']"},
    "campaigns": {"since": DAY, "shown": "5"},
}


class NoWarehouse:
    """Compiling opens no warehouse of ours."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("analyzed")
    return read_settings(
        environ={"LINERNOTES_HOME": str(home), "LINERNOTES_ENV": "dev", "GCP_PROJECT_ID": PROJECT, "GCP_LOCATION": "EU"}
    )


@pytest.fixture(scope="module")
def compiled(settings: Settings) -> dict[How, list[Statement]]:
    """The project's queries in the order of their dependencies, as dbt fills them in for BigQuery.

    Whether a model is incremental dbt sees from its table, and what it then has to read from the files in the manifest.
    """
    with running("bigquery_emulator") as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIGQUERY_EMULATOR_HOST", url)
        full = _compile(settings, "--full-refresh")
        as_new = _statements(full)  # before dbt writes into the same nodes again
        tables = {node.name: str(node.relation_name) for node in full if node.resource_type == "model"}
        incremental_ones = [node.name for node in full if node.config.materialized == "incremental"]
        _make_tables([tables[name] for name in incremental_ones], tables["lake_ops__stg_loaded_files"])
        incremental = _compile(settings)
    return {"full": as_new, "incremental": _statements(incremental)}


@pytest.fixture(scope="module")
def verdicts(settings: Settings, compiled: dict[How, list[Statement]]) -> dict[How, list[Verdict]]:
    """The incremental ones come second: they read what the full ones have made."""
    said = analyze(_lake(settings), compiled["full"] + compiled["incremental"])
    number = len(compiled["full"])
    return {"full": said[:number], "incremental": said[number:]}


@pytest.mark.parametrize("how", ["full", "incremental"])
def test_every_query_passes_the_analyzer(verdicts: dict[How, list[Verdict]], how: How) -> None:
    assert {verdict.name: verdict.error for verdict in verdicts[how] if verdict.error} == {}


def test_what_forecasts_are_made_of_passes_it_too(settings: Settings, compiled: dict[How, list[Statement]]) -> None:
    place = settings.environment
    query = for_google(sql.read("reports/song_days")).format(
        lake=f"`{PROJECT}`.{place.lake_dataset}", hub=f"`{PROJECT}`.{place.hub_dataset}"
    )
    asked = Statement("song_days", re.sub(r"@\w+", "''", query))
    said = analyze(_lake(settings), [*compiled["full"], asked])[-1]
    assert said.error == ""
    assert set(said.columns) == set(SongDay.__annotations__)


def test_what_the_page_and_the_streams_are_made_of_passes_it_too(
    settings: Settings, compiled: dict[How, list[Statement]]
) -> None:
    place = settings.environment
    schemas = {"lake": f"`{PROJECT}`.{place.lake_dataset}", "hub": f"`{PROJECT}`.{place.hub_dataset}"}
    asked = [
        Statement(name, _with_values(for_google(sql.read(f"reports/{name}")).format(**schemas), values))
        for name, values in REPORTS.items()
    ]
    said = analyze(_lake(settings), [*compiled["full"], *asked])[-len(asked) :]
    assert {verdict.name: verdict.error for verdict in said if verdict.error} == {}
    assert [verdict.name for verdict in said] == [*REPORTS]


@pytest.mark.parametrize("how", ["full", "incremental"])
def test_every_model_data_test_and_analysis_is_among_them(compiled: dict[How, list[Statement]], how: How) -> None:
    project = shipped_folder("dbt_dataplatform")
    written = {path.stem for kind in ("models", "analyses") for path in project.glob(f"{kind}/**/*.sql")}
    written |= {path.stem for path in project.glob("tests/*.sql")}
    names = [statement.name for statement in compiled[how]]
    assert written <= set(names)
    assert sum(name.startswith("is_key_") for name in names) >= len(list(project.glob("models/**/*.sql")))


def test_the_incremental_ones_read_their_own_table(compiled: dict[How, list[Statement]]) -> None:
    reading = {
        how: {each.name for each in statements if each.makes and f"`{each.makes.replace('.', '`.`')}`" in each.sql}
        for how, statements in compiled.items()
    }
    assert reading["full"] == set()
    assert {"lake_spotify__svc_artist_enrichment", "lake_spotify__svc_recently_played"} <= reading["incremental"]


def test_a_later_build_reads_only_the_partitions_that_new_answers_can_be_in(
    compiled: dict[How, list[Statement]],
) -> None:
    since = "where answers.enrichedAt >= timestamp '2026-11-08 07:00:00"
    bounded = {how: {each.name for each in statements if since in each.sql} for how, statements in compiled.items()}
    assert bounded == {"full": set(), "incremental": {"lake_spotify__svc_artist_enrichment"}}


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("select artistNam from {table}", "Unrecognized name"),
        ("select artistName + 1 from {table}", "No matching signature"),
        ("select artistName from {table} group by artistId", "neither grouped nor aggregated"),
        ("select genres[0]::varchar from {table}", "Syntax error"),
        ("select * from {table}_gone", "not found"),
    ],
)
def test_a_wrong_query_is_refused(settings: Settings, sql: str, complaint: str) -> None:
    tables = _lake(settings)
    (name,) = (name for name in tables if name.endswith("lake_spotify__normalized_artist_enrichment"))
    right = Statement("right", f"select artistId from {name}")
    good, bad = analyze(tables, [right, Statement("wrong", sql.format(table=name))])
    assert (good.error, good.columns) == ("", ("artistId",))
    assert complaint in bad.error


def _with_values(query: str, values: dict[str, str]) -> str:
    return re.sub(r"@(\w+)", lambda found: values[found[1]], query)


def _compile(settings: Settings, *flags: str) -> list[Any]:
    results = dbt(settings, cast("Warehouse", NoWarehouse()), ["compile", *flags])
    return [result.node for result in results if result.node.resource_type in KINDS]


def _statements(nodes: list[Any]) -> list[Statement]:
    return [Statement(node.name, node.compiled_code, _makes(node)) for node in nodes]


def _makes(node: Any) -> str | None:
    return str(node.relation_name).replace("`", "") if node.resource_type == "model" else None


def _make_tables(names: list[str], files: str) -> None:
    client = bigquery.Client(project=PROJECT, credentials=AnonymousCredentials())
    client.create_dataset(files.replace("`", "").rpartition(".")[0], exists_ok=True)
    for name in names:
        client.query_and_wait(f"create table {name} as select 1 as loadSequence, 1 as fullest")
    client.query_and_wait(
        f"create table {files} as select 'spotify/artist_enrichment' as dataset, 2 as loadSequence, "
        "timestamp '2026-11-09 07:00:00' as stampedAt"
    )


def _lake(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    schema = settings.environment.lake_dataset
    project = yaml.safe_load((shipped_folder("dbt_dataplatform") / "dbt_project.yml").read_text(encoding="utf-8"))
    configured = project["seeds"]["dataplatform"]
    seeds = {
        f"{PROJECT}.{settings.environment.hub_dataset}.{name}": [
            {"name": column, "type": kind.upper(), "mode": "NULLABLE"} for column, kind in seed["+column_types"].items()
        ]
        for name, seed in {**configured, **configured["generated"]}.items()
        if isinstance(seed, dict) and "+column_types" in seed
    }
    return seeds | {
        f"{PROJECT}.{schema}.{dataset.table}": [column.model_dump() for column in dataset.all_columns]
        for dataset in settings.configs.datasets.values()
    }
