"""The models as dbt has them: how they hang together, and their own unit tests on the real engine."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linernotes.cli.console import ConsoleProgress
from linernotes.config.settings import read_settings
from linernotes.runs.dbt import dbt, parsed_json
from linernotes.storage.workspace import open_workspace
from tests.laptop import Laptop

DEEPEST = 15  # BigQuery takes 16 views upon views
WIDEST = 400  # it gives up on a query of too many parts, and counts a view as often as it is named


@pytest.fixture(scope="module")
def manifest(built_home: Path) -> dict[str, Any]:
    """The project as dbt has parsed it."""
    with open_workspace(read_settings(environ={"LINERNOTES_HOME": str(built_home)}), ConsoleProgress()) as workspace:
        parsed: dict[str, Any] = parsed_json(workspace.settings).writable_manifest().to_dict()
    return parsed


def named_by(manifest: dict[str, Any], *materialized: str) -> dict[str, list[str]]:
    """What models name, as often as they do; seeds name nothing."""
    models = (node for node in manifest["nodes"].values() if node["config"]["materialized"] in materialized)
    return {model["name"]: [ref["name"] for ref in model["refs"]] for model in models}


def test_views_stand_on_no_more_views_than_bigquery_takes(manifest: dict[str, Any]) -> None:
    views = named_by(manifest, "view")

    @cache
    def depth(name: str) -> int:
        return 1 + max(map(depth, views[name]), default=0) if name in views else 0

    deepest = max(views, key=depth)
    assert 5 < depth(deepest) <= DEEPEST, deepest


def test_no_query_unfolds_into_more_parts_than_an_engine_plans(manifest: dict[str, Any]) -> None:
    views, tables = named_by(manifest, "view"), named_by(manifest, "table", "incremental")

    @cache
    def parts(name: str) -> int:
        return 1 + sum(map(parts, views.get(name, [])))

    queries = {name: sum(map(parts, named)) for name, named in (views | tables).items()}
    widest = max(queries, key=queries.__getitem__)
    assert 100 < queries[widest] <= WIDEST, widest


@pytest.mark.parametrize("topic", ["plays", "queue", "tracks"])
def test_a_state_is_made_after_every_table_it_tells_of(manifest: dict[str, Any], topic: str) -> None:
    nodes, before = manifest["nodes"], upstream(manifest, f"{topic}_state")
    tables = {key for key, node in nodes.items() if topic in node["tags"] and node["fqn"][1] == "hub"}
    assert len(tables) > 2
    assert tables - before == {f"model.dataplatform.hub_music__int_{topic}_state"}


def test_whatever_is_stored_of_what_the_queue_reads_is_made_again_with_it(manifest: dict[str, Any]) -> None:
    read = [manifest["nodes"].get(key, {}) for key in upstream(manifest, "queue_state")]
    stored = [node for node in read if node.get("config", {}).get("materialized") in ("table", "incremental")]
    assert len(stored) > 20
    assert [node["name"] for node in stored if not {"plays", "queue"} & {*node["tags"]}] == []


def test_the_hub_reads_the_merged_answers_wherever_answers_are_merged(manifest: dict[str, Any]) -> None:
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    merged = {key.replace("__svc_", "__stg_") for key in models if ".lake_" in key and "__svc_" in key}
    readers = [key for key, node in models.items() if node["fqn"][1] == "hub"]
    assert len(merged) > 10
    assert {key: read for key in readers if (read := merged.intersection(manifest["parent_map"][key]))} == {}


def upstream(manifest: dict[str, Any], state: str) -> set[str]:
    """Everything that a state is made after."""
    found, unseen = set[str](), [f"model.dataplatform.hub_music__int_{state}"]
    while unseen:
        parents = manifest["parent_map"].get(unseen.pop(), [])
        unseen += set(parents) - found
        found.update(parents)
    return found


def test_every_unit_test_of_the_models_passes(laptop: Laptop) -> None:
    settings = read_settings(environ={"LINERNOTES_HOME": str(laptop.home)})
    with open_workspace(settings, ConsoleProgress()) as workspace:
        results = dbt(workspace.settings, workspace.warehouse, ["test", "--select", "test_type:unit"])
    assert len(results) >= 10
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}
