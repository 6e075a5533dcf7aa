"""Opens tables that are not ours by the name that people type: in a file, in a DuckDB file, or in the warehouse."""

from collections.abc import Sequence
from pathlib import Path

from linernotes.config.environments import BigQueryProject, DuckDBFile
from linernotes.core.errors import ConfigurationError
from linernotes.storage.ports import ForeignTable
from linernotes.storage.workspace import Workspace

SUFFIXES = (".parquet", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".duckdb", ".gz")
BIGQUERY_PARTS = 3  # project.dataset.table


def names_behind(names: Sequence[str]) -> list[str]:
    """The names of tables, with the files in place of each pattern such as ``exp-*.json``.

    Raises:
        ConfigurationError: no file matches a pattern.
    """
    return [found for name in names for found in _matching(name)]


def is_pattern(name: str) -> bool:
    """Whether a name stands for all files that match it."""
    return any(mark in name for mark in "*?[") and not Path(name).exists()


def open_table(workspace: Workspace, name: str) -> ForeignTable:
    """The table of that name.

    Raises:
        ConfigurationError: there is none, or it cannot be read.
    """
    file, _, table = name.rpartition(":") if ":" in name and not Path(name).exists() else (name, "", "")
    path = Path(file).expanduser()
    if path.is_file():
        if table and _is_own(workspace, path):
            return workspace.warehouse.table(table)
        from linernotes.storage.warehouses.duckdb_tables import DuckDBTable  # noqa: PLC0415 - only where it is used

        return DuckDBTable(path, table)
    if "/" in name or ":" in name or path.suffix.lower() in SUFFIXES:
        raise ConfigurationError(f"import {name}: file not found", "check the path")
    return _of_warehouse(workspace, name)


def _matching(name: str) -> list[str]:
    if not is_pattern(name):
        return [name]
    path = Path(name).expanduser()
    found = sorted(map(str, Path(path.anchor).glob(str(path.relative_to(path.anchor)))))
    if not found:
        raise ConfigurationError(f"import {name}: no file matches it", "check the pattern and the folder")
    return found


def _of_warehouse(workspace: Workspace, name: str) -> ForeignTable:
    store = workspace.settings.environment.warehouse
    if not isinstance(store, DuckDBFile):
        return workspace.warehouse.table(name)
    # Nothing here has a name of three parts, and a home without a warehouse has no tables at all.
    if store.path.exists() and name.count(".") < BIGQUERY_PARTS - 1:
        try:
            return workspace.warehouse.table(name)
        except ConfigurationError as error:
            if not error.message.startswith("no table"):
                raise
    raise ConfigurationError(
        f"import {name}: no table of that name in environment {workspace.settings.env}, and no file",
        f"for a table in BigQuery add {_in_bigquery(workspace)}; for a file write its path",
    )


def _in_bigquery(workspace: Workspace) -> str:
    environments = workspace.settings.configs.environments.items()
    names = [name for name, each in environments if isinstance(each.warehouse, BigQueryProject)]
    return " or ".join(f"--env {name}" for name in names) or "an environment with BigQuery"


def _is_own(workspace: Workspace, path: Path) -> bool:
    """Whether a file is the warehouse itself, which is open already."""
    own = workspace.settings.home / "warehouse.duckdb"
    return own.exists() and path.samefile(own)
