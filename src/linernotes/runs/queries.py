"""Queries that a person types, over the hub and the lake: they only read."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from linernotes.core.errors import ConfigurationError
from linernotes.runs.reading import open_for_reading
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
    hub = workspace.settings.environment.hub_dataset
    rows = [
        (row["column"], row["type"])
        for row in found
        if name.casefold() in (row["name"].casefold(), row["schema"] == hub and _short(row["name"]))
        and (not schema or row["schema"] == schema)
    ]
    if not name:
        raise ConfigurationError("sql: .schema needs a table", "for example .schema hub_music__svc_dim_artists")
    if not rows:
        names = {each: row["name"] for row in found for each in (_short(row["name"]), row["name"])}
        close = get_close_matches(name.removeprefix(SERVICE.strip("_") + "_"), sorted(names), n=1)
        remedy = f"did you mean {names[close[0]]!r}?" if close else "linernotes sql .tables lists the tables"
        raise ConfigurationError(f"sql: no table {table!r}", remedy)
    return Answer(("column", "type"), rows)


def _short(table: str) -> str:
    """The name of a service model without what all of them begin with: dim_artists for hub_music__svc_dim_artists."""
    return table.rpartition(SERVICE)[2].casefold()
