"""Queries that a person types, over the hub and the lake: they only read."""

from collections.abc import Mapping
from typing import Any

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import nearest
from linernotes.runs.lifecycle import open_for_reading
from linernotes.storage.ports import Answer
from linernotes.storage.workspace import Workspace

COMMANDS = {
    ".tables": "list the tables",
    ".schema TABLE": "list the columns of a table",
    ".help": "list these commands",
    ".quit": "leave",
}
SERVICE = "__svc_"


def ask(
    workspace: Workspace, query: str, parameters: Mapping[str, Any] | None = None, most: int | None = None
) -> Answer:
    """The answer to one query, or to ``.tables`` or ``.schema TABLE``; with at most ``most`` rows.

    Raises:
        ConfigurationError: the tables are not built, the statement would change something, or the warehouse rejects it.
    """
    with open_for_reading(workspace):
        command, *names = query.strip().rstrip(";").split() or [""]
        if command == ".tables":
            return _tables(workspace)
        if command == ".schema":
            return _columns(workspace, names[0] if names else "")
        if command.startswith("."):
            raise ConfigurationError(f"sql: unknown command {command}", f"known: {', '.join(COMMANDS)}")
        return workspace.warehouse.select(query, parameters, most)


def _tables(workspace: Workspace) -> Answer:
    """The tables that are made for readers: the service models of the hub, and the lake."""
    names = {(row["schema"], row["name"]) for row in workspace.warehouse.columns()}
    lake = workspace.settings.environment.lake_dataset
    return Answer(("schema", "table"), [each for each in sorted(names) if each[0] == lake or SERVICE in each[1]])


def _columns(workspace: Workspace, table: str) -> Answer:
    found = workspace.warehouse.columns()
    schema, _, name = table.rpartition(".")
    rows = [
        (row["column"], row["type"])
        for row in found
        if row["name"].casefold() == name.casefold() and (not schema or row["schema"] == schema)
    ]
    if not rows:
        tables = sorted({row["name"] for row in found if SERVICE in row["name"]})
        remedy = nearest(name, tables) if name else "use .schema hub_music__svc_dim_artists, for example"
        raise ConfigurationError(f"sql: no table {table!r}" if name else "sql: .schema needs a table", remedy)
    return Answer(("column", "type"), rows)
