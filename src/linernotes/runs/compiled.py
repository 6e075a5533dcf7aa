"""The queries that dbt compiled, kept beside the code so that it need not start while the models are the same."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from linernotes.config.settings import Settings
from linernotes.runs.project import project_hash
from linernotes.storage.ports import DataTest, Made, Maker, Shape

HOLD_DATA = ("table", "incremental")  # how these models are materialized; views follow by themselves
SERVICE = "models/hub/service/"
OF_MODELS = "relationships"  # tests of it are of the models, whatever the data, and made when the models have changed
LEFT_OUT = "DBT_EXCLUDE_RESOURCE_TYPES"  # dbt's own switch: kinds of nodes that it leaves out
ORDER = "ops/loaded_files"  # tells the models of the lake the order of files alone, which later files do not change
DEPENDS_ON = ("dbt-core", "dbt-duckdb", "duckdb")
FORMAT = 3  # of the file
Layer: TypeAlias = Literal["lake", "hub"]


class KeptTest(msgspec.Struct, frozen=True):
    """A test; ``of_data`` is whether its outcome depends on the data of a table or of a service model."""

    name: str
    query: str
    tags: list[str]
    of_data: bool


class KeptObject(msgspec.Struct, frozen=True):
    """A seed, a view or a table, which is of data if it is a table; see ``ports.Made``."""

    layer: Layer
    name: str
    query: str
    tags: list[str]
    of_data: bool
    columns: Shape
    key: str
    is_view: bool
    reads: list[str]


class Kept(msgspec.Struct, frozen=True):
    """All that dbt made, in its order; ``tested`` is whether the tests are among it.

    Queries name the schemas ``{lake}`` and ``{hub}``, whatever an environment calls them.
    """

    tested: bool
    objects: list[KeptObject]
    tests: list[KeptTest]


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
    nodes = [result.node for result in results]
    models = {node.unique_id: node for node in nodes if node.resource_type == "model"}
    tested = {key for key, node in models.items() if _holds_data(node) or SERVICE in node.original_file_path}
    names, shapes = {place: f'"{{{layer}}}"' for layer, place in _places(settings).items()}, maker.shapes()
    made = [node for node in nodes if node.resource_type in ("model", "seed")]
    kept = Kept(
        not _left_out(),
        [_object(node, names, shapes, maker, sorted(_read_by(node, models))) for node in made],
        [_test(node, names, tested) for node in nodes if node.resource_type == "test"],
    )
    for path in _paths(settings):
        with suppress(OSError):  # where the code may not be written to, it is kept in the home
            _write(path, msgspec.json.encode(kept), shared=path.parent == beside_the_code())
            break


def kept_tables(settings: Settings, tags: Collection[str]) -> list[Made]:
    """The tables with these tags, in the order to make them in; none if dbt has not compiled today's models here."""
    queries = _kept(settings, lambda node: not set(tags).isdisjoint(node.tags), tests=False)
    return queries.objects if queries else []


def kept_build(settings: Settings, without: Collection[str]) -> Queries | None:
    """The tables and tests of data but those with these tags; None if dbt has not compiled just these here."""
    return _kept(settings, lambda node: node.of_data and set(without).isdisjoint(node.tags))


def kept_hub(settings: Settings) -> Queries | None:
    """All seeds, views, tables and tests; None if dbt has not compiled just these here."""
    return _kept(settings, lambda _node: True)


def _kept(settings: Settings, wanted: Callable[[KeptObject | KeptTest], bool], *, tests: bool = True) -> Queries | None:
    """What is kept of today's models, as far as it is wanted."""
    if not _left_out() <= {"test"}:
        return None
    with_tests, names = tests and not _left_out(), {f'"{{{layer}}}"': at for layer, at in _places(settings).items()}
    for path in _paths(settings):
        kept = _read(path)
        if kept and (kept.tested or not with_tests):
            made = [_made(settings, each, names) for each in kept.objects if wanted(each)]
            found = [each for each in kept.tests if with_tests and wanted(each)]
            return Queries(made, [DataTest(test.name, _renamed(test.query, names)) for test in found])
    return None


def _read_by(node: Any, models: Mapping[str, Any]) -> set[str]:
    """The datasets and the tables that the rows of a node are made of, also those behind views."""
    found = set[str]()
    for key in node.depends_on_nodes:
        kind, _, *name = key.split(".")
        if kind == "source":
            found.add("/".join(name))
        elif model := models.get(key):  # seeds do not change
            found |= {model.alias} if _holds_data(model) else _read_by(model, models)
    return found - {ORDER} if _layer(node) == "lake" else found


def _layer(node: Any) -> Layer:
    return "lake" if node.fqn[1] == "lake" else "hub"


def _object(
    node: Any, names: Mapping[str, str], shapes: Mapping[tuple[str, str], Shape], maker: Maker, reads: list[str]
) -> KeptObject:
    is_view, is_seed = node.config.materialized == "view", node.resource_type == "seed"
    ordered = not is_view or node.config.contract.enforced  # dbt selects the columns of a contract in its order
    return KeptObject(
        _layer(node),
        node.alias,
        maker.contents(node.schema, node.alias) if is_seed else _renamed(node.compiled_code, names),
        [*node.tags],
        _holds_data(node),
        shapes[node.schema, node.alias] if ordered else (),
        (not is_seed and node.config.unique_key) or "",
        is_view,
        reads,
    )


def _test(node: Any, names: Mapping[str, str], tested: Collection[str]) -> KeptTest:
    kind = getattr(node, "test_metadata", None)  # a test that is a file of its own has none
    of_data = (kind is None or kind.name != OF_MODELS) and not set(tested).isdisjoint(node.depends_on.nodes)
    return KeptTest(node.name, _renamed(node.compiled_code, names), [*node.tags], of_data)


def _made(settings: Settings, kept: KeptObject, names: Mapping[str, str]) -> Made:
    environment = settings.environment
    schema = environment.lake_dataset if kept.layer == "lake" else environment.hub_dataset
    query, reads = _renamed(kept.query, names), frozenset(kept.reads)
    return Made(schema, kept.name, query, kept.columns, kept.key, kept.is_view, reads)


def _renamed(query: str, names: Mapping[str, str]) -> str:
    for before, after in names.items():
        query = query.replace(f"{before}.", f"{after}.")
    return query


def _holds_data(node: Any) -> bool:
    return node.config.materialized in HOLD_DATA


def _left_out() -> set[str]:
    return set(os.environ.get(LEFT_OUT, "").split())


def _places(settings: Settings) -> dict[Layer, str]:
    """What the compiled queries of this environment call the schema of each layer."""
    environment = settings.environment
    database = environment.warehouse.database
    return {"lake": f'"{database}"."{environment.lake_dataset}"', "hub": f'"{database}"."{environment.hub_dataset}"'}


def beside_the_code() -> Path:
    """Where Python keeps what it has compiled of the package."""
    return Path(str(files("linernotes"))) / "__pycache__"


def _paths(settings: Settings) -> list[Path]:
    """Where the queries may be kept: beside the code, as Python keeps what it has compiled, or else in the home."""
    digest = sha256("\n".join([project_hash(), str(FORMAT), *map(version, DEPENDS_ON)]).encode()).hexdigest()[:16]
    return [folder / f"hub-{digest}.json" for folder in (beside_the_code(), settings.home / "dbt")]


def _read(path: Path) -> Kept | None:
    """What is kept there; None if nothing is, or nothing that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, content: bytes, *, shared: bool) -> None:
    """Write it in one step, and remove what was kept of other models.

    What is ``shared`` may be read by whoever may use the code; the command itself makes private files.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        if shared:
            path.parent.chmod(0o755)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    if shared:
        fresh.chmod(0o644)
    fresh.replace(path)
    for other in path.parent.glob("hub-*.json"):
        if other != path:
            other.unlink(missing_ok=True)
