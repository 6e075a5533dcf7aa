"""Opens tables that are not ours by the name that people type: in a file, in a DuckDB file, or in the warehouse."""

from pathlib import Path

from linernotes.core.errors import ConfigurationError
from linernotes.storage.ports import ForeignTable
from linernotes.storage.workspace import Workspace


def open_table(workspace: Workspace, name: str) -> ForeignTable:
    """The table of that name.

    Raises:
        ConfigurationError: there is none, or it cannot be read.
    """
    file, _, table = name.rpartition(":") if ":" in name and not Path(name).exists() else (name, "", "")
    path = Path(file).expanduser()
    if path.is_file():
        if _is_own(workspace, path):
            return workspace.warehouse.table(table)
        from linernotes.storage.warehouses.duckdb_tables import DuckDBTable  # noqa: PLC0415 - only where it is used

        return DuckDBTable(path, table)
    if "/" in name or ":" in name or path.suffix.lower() in (".parquet", ".csv", ".json", ".jsonl", ".duckdb"):
        raise ConfigurationError(f"import {name}: file not found", "check the path")
    return workspace.warehouse.table(name)


def _is_own(workspace: Workspace, path: Path) -> bool:
    """Whether a file is the warehouse itself, which is open already."""
    own = workspace.settings.home / "warehouse.duckdb"
    return own.exists() and path.samefile(own)
