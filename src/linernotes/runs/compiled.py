"""The queries that dbt compiled, kept beside the code so that it need not start while the models are the same."""

import json
import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from linernotes.config.settings import Settings
from linernotes.runs.project import project_hash
from linernotes.storage.ports import DataTest, Made, Maker

HOLD_DATA = ("table", "incremental")  # how these models are materialized; views follow by themselves
SERVICE = "models/hub/service/"
OF_MODELS = "relationships"  # tests of it are of the models, whatever the data, and made when the models have changed
LEFT_OUT = "DBT_EXCLUDE_RESOURCE_TYPES"  # dbt's own switch: kinds of nodes that it leaves out
# What dbt calls a schema is kept without the names that an environment gives it.
LAKE, HUB = '"{lake}".', '"{hub}".'
DEPENDS_ON = ("dbt-core", "dbt-duckdb", "duckdb")
FORMAT = 1  # of the file


@dataclass(frozen=True, slots=True)
class Queries:
    """What a build makes, in this order, and the tests that it ends with."""

    objects: list[Made]
    tests: list[DataTest]


def keep_queries(settings: Settings, results: Iterable[Any], maker: Maker) -> None:
    """Keep the queries of all nodes in the order in which dbt made them.

    ``results`` are those of a whole build.
    """
    environment = settings.environment
    if environment.lake_dataset == environment.hub_dataset or not _left_out() <= {"test"} or kept_hub(settings):
        return  # no telling one schema from the other; not whole; kept already
    nodes, shapes = [result.node for result in results], maker.shapes()
    models = {node.unique_id: node for node in nodes if node.resource_type == "model"}
    tested = {key for key, node in models.items() if _holds_data(node) or SERVICE in node.original_file_path}
    kept = {
        "tested": not _left_out(),
        "objects": [_object(node, shapes, maker) for node in nodes if node.resource_type in ("model", "seed")],
        "tests": [_test(node, tested) for node in nodes if node.resource_type == "test"],
    }
    text = json.dumps(kept)
    for place, schema in _names(settings).items():
        text = text.replace(json.dumps(place)[1:-1], json.dumps(schema)[1:-1])
    for path in _paths(settings):
        with suppress(OSError):  # where the code may not be written to, it is kept in the home
            _write(path, text)
            break


def kept_tables(settings: Settings, tags: Collection[str]) -> list[Made]:
    """The tables with these tags, in the order to make them in; none if dbt has not compiled today's models here."""
    queries = _kept(settings, lambda node: bool(set(tags).intersection(node["tags"])), tests=False)
    return queries.objects if queries else []


def kept_build(settings: Settings, without: Collection[str]) -> Queries | None:
    """The tables and tests of data but those with these tags; None if dbt has not compiled just these here."""
    return _kept(settings, lambda node: node["ofData"] and not set(without).intersection(node["tags"]))


def kept_hub(settings: Settings) -> Queries | None:
    """All seeds, views, tables and tests; None if dbt has not compiled just these here."""
    return _kept(settings, lambda _node: True)


def _kept(settings: Settings, wanted: Callable[[dict[str, Any]], bool], *, tests: bool = True) -> Queries | None:
    """What is kept of today's models, as far as it is wanted."""
    if _left_out() <= {"test"}:
        for path in _paths(settings):
            with suppress(OSError, ValueError, KeyError, TypeError):
                kept = json.loads(_read(path, settings))
                with_tests = tests and not _left_out()
                if kept["tested"] or not with_tests:
                    found = filter(wanted, kept["tests"] if with_tests else ())
                    made = [_made(settings, each) for each in kept["objects"] if wanted(each)]
                    return Queries(made, [DataTest(test["name"], test["query"]) for test in found])
    return None


def _object(node: Any, shapes: dict[Any, Any], maker: Maker) -> dict[str, Any]:
    kind, is_seed = node.config.materialized, node.resource_type == "seed"
    is_view = kind == "view"
    ordered = not is_view or node.config.contract.enforced  # dbt selects the columns of a contract in its order
    return {
        "layer": _layer(node),
        "name": node.alias,
        "query": maker.contents(node.schema, node.alias) if is_seed else node.compiled_code,
        "columns": shapes[node.schema, node.alias] if ordered else (),
        "key": (not is_seed and node.config.unique_key) or "",
        "isView": is_view,
        "ofData": _holds_data(node),
        "tags": [*node.tags],
    }


def _test(node: Any, tested: Collection[str]) -> dict[str, Any]:
    """A test, and whether it is one of these models whose outcome depends on the data."""
    kind = getattr(node, "test_metadata", None)  # a test that is a file of its own has none
    of_data = (kind is None or kind.name != OF_MODELS) and not set(tested).isdisjoint(node.depends_on.nodes)
    return {"name": node.name, "query": node.compiled_code, "ofData": of_data, "tags": [*node.tags]}


def _made(settings: Settings, kept: dict[str, Any]) -> Made:
    environment = settings.environment
    schema = {"lake": environment.lake_dataset, "hub": environment.hub_dataset}[kept["layer"]]
    columns = tuple((name, kind, required) for name, kind, required in kept["columns"])
    return Made(schema, kept["name"], kept["query"], columns, kept["key"], kept["isView"])


def _layer(node: Any) -> str:
    return "lake" if node.fqn[1] == "lake" else "hub"


def _holds_data(node: Any) -> bool:
    return node.config.materialized in HOLD_DATA


def _left_out() -> set[str]:
    return set(os.environ.get(LEFT_OUT, "").split())


def _names(settings: Settings) -> dict[str, str]:
    """How the compiled queries name the schemas of this environment, and how the kept ones do."""
    environment = settings.environment
    database = environment.warehouse.database
    return {
        f'"{database}"."{environment.lake_dataset}".': LAKE,
        f'"{database}"."{environment.hub_dataset}".': HUB,
    }


def beside_the_code() -> Path:
    """Where Python keeps what it has compiled of the package."""
    return Path(str(files("linernotes"))) / "__pycache__"


def _paths(settings: Settings) -> list[Path]:
    """Where the queries may be kept: beside the code, as Python keeps what it has compiled, or else in the home."""
    digest = sha256("\n".join([project_hash(), str(FORMAT), *map(version, DEPENDS_ON)]).encode()).hexdigest()[:16]
    folders = beside_the_code(), settings.home / "dbt"
    return [folder / f"hub-{digest}.json" for folder in folders]


def _read(path: Path, settings: Settings) -> str:
    text = path.read_text(encoding="utf-8")
    for place, schema in _names(settings).items():
        text = text.replace(json.dumps(schema)[1:-1], json.dumps(place)[1:-1])
    return text


def _write(path: Path, text: str) -> None:
    """Write it in one step, and remove what was kept of other models."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o644)  # nothing private, and whoever may use the code may use it
    fresh.replace(path)
    for other in path.parent.glob("hub-*.json"):
        if other != path:
            other.unlink(missing_ok=True)
