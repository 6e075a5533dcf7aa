"""The queries that dbt compiled for what a run makes and tests again and again, so that it need not start for them."""

import json
import os
from collections.abc import Collection, Iterable, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from linernotes.config.settings import Settings
from linernotes.runs.project import project_hash
from linernotes.storage.ports import DataTest, MadeTable

HOLD_DATA = ("table", "incremental")  # how these models are materialized; views follow by themselves
SERVICE = "models/hub/service/"
OF_MODELS = "relationships"  # tests of it are of the models, whatever the data, and made when the models have changed
LEFT_OUT = "DBT_EXCLUDE_RESOURCE_TYPES"  # dbt's own switch: kinds of nodes that it leaves out


def keep_queries(settings: Settings, results: Iterable[Any]) -> None:
    """Keep the queries of tables in the order in which dbt made them, and those of the tests of data.

    ``results`` are those of a whole build.
    """
    nodes = [result.node for result in results]
    tables = {node.unique_id: node for node in nodes if node.config.materialized in HOLD_DATA}
    tested = tables.keys() | {node.unique_id for node in nodes if SERVICE in node.original_file_path}
    tests = [node for node in nodes if node.resource_type == "test" and _tests_data(node, tested)]
    kept = {
        "of": _of(settings),
        "tables": [_table(node) for node in tables.values()],
        "leftOut": os.environ.get(LEFT_OUT, ""),
        "tests": [{"name": node.name, "query": node.compiled_code, "tags": [*node.tags]} for node in tests],
    }
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(path)


def kept_tables(settings: Settings, tags: Collection[str]) -> list[MadeTable]:
    """The tables with these tags, in the order to make them in; none if dbt has not compiled today's models here."""
    with suppress(ValueError, KeyError, TypeError):
        return [_made(table) for table in _kept(settings)["tables"] if set(tags).intersection(table["tags"])]
    return []


def kept_build(settings: Settings, without: Collection[str]) -> tuple[list[MadeTable], list[DataTest]] | None:
    """All tables and tests but those with these tags; None if dbt has not compiled just these here."""
    with suppress(ValueError, KeyError, TypeError):
        kept = _kept(settings)
        if kept["leftOut"] == os.environ.get(LEFT_OUT, ""):
            tables, tests = (
                [each for each in kept[kind] if not set(without).intersection(each["tags"])]
                for kind in ("tables", "tests")
            )
            return [_made(table) for table in tables], [DataTest(test["name"], test["query"]) for test in tests]
    return None


def _kept(settings: Settings) -> dict[str, Any]:
    """What is kept of today's models.

    Raises:
        ValueError: nothing, or something that cannot be read.
    """
    try:
        kept: dict[str, Any] = json.loads(_path(settings).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(str(error)) from None
    if kept["of"] != _of(settings):
        raise ValueError("of other models")
    return kept


def _table(node: Any) -> dict[str, Any]:
    key = node.config.unique_key or ""
    return {"schema": node.schema, "name": node.alias, "query": node.compiled_code, "key": key, "tags": [*node.tags]}


def _made(table: dict[str, Any]) -> MadeTable:
    return MadeTable(table["schema"], table["name"], table["query"], table["key"])


def _tests_data(test: Any, tested: Set[str]) -> bool:
    """Whether it is a test of one of these models whose outcome depends on the data."""
    kind = getattr(test, "test_metadata", None)  # a test that is a file of its own has none
    return (kind is None or kind.name != OF_MODELS) and not tested.isdisjoint(test.depends_on.nodes)


def _path(settings: Settings) -> Path:
    return settings.home / "dbt" / f"queries-{settings.env}.json"


def _of(settings: Settings) -> list[str]:
    """What the queries depend on: the models, and the names of the places that they read."""
    environment = settings.environment
    return [project_hash(), environment.warehouse.database, environment.lake_dataset, environment.hub_dataset]
