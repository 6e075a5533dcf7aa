"""Queries of tables that are not ours: some columns, rows newer than a mark, in an order that never changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from linernotes.core.errors import ConfigurationError
from linernotes.storage.warehouses.struct_types import path_of

UNORDERED = ("ARRAY", "STRUCT", "RECORD", "JSON", "GEOGRAPHY", "BYTES", "[]", "MAP")
LINE = "_line_of_file"  # the name that a row's line gets, in tables that are files
DATED = ("DATE", "DATETIME")  # BigQuery compares these with instants only once they are some


@dataclass(frozen=True, slots=True)
class TableQuery:
    """Which rows of a table to read: ``columns`` maps the names they get to those they have.

    With ``since``, only rows whose value in that column is greater than ``after``, or all if that is None; the value is
    in the rows under the name ``since`` has in ``columns``.
    """

    columns: dict[str, str]
    since: str | None = None
    after: Any = None


def select_from(table: str, query: TableQuery, types: dict[str, str], quote: str) -> str:
    """The query of a table, given as the engine writes it; binds ``after`` where the query has one.

    ``types`` are the table's columns with their types; only these get into the text, quoted.
    """
    names = {column: _quoted(column, types, quote) for column in query.columns.values()}
    listed = ", ".join(f"{names[column]} as {quote}{name}{quote}" for name, column in query.columns.items())
    sortable = [c for c in query.columns.values() if not any(kind in types[c].upper() for kind in UNORDERED)]
    keys = list(dict.fromkeys([*([query.since] if query.since else []), *sortable]))
    order = ", ".join(f"{names[key]} nulls last" for key in keys)
    newer = (
        [f"where {_compared(query.since, types, quote)} > $after"] if query.since and query.after is not None else []
    )
    return " ".join(["select", listed, "from", table, *newer, "order by", order])


def _compared(column: str, types: dict[str, str], quote: str) -> str:
    name = _quoted(column, types, quote)
    return f"timestamp({name})" if quote == "`" and types[column].upper() in DATED else name


def _quoted(column: str, types: dict[str, str], quote: str) -> str:
    if column not in types or quote in column or "$" in column:
        raise ConfigurationError(f"column {column!r} cannot be read", "rename it in a view, and import that")
    first, *fields = path_of(column, types)
    top = f"{quote}{first}{quote}"
    # In brackets, since a struct with fields looks like a table with columns.
    return "".join([f"({top})", *(f".{quote}{name}{quote}" for name in fields)]) if fields else top


def quoted_table(name: str, quote: str) -> str:
    """A dotted name of a table as the engine writes it.

    Raises:
        ConfigurationError: a part of it cannot be a name.
    """
    parts = name.split(".")
    if not all(parts) or quote in name or "$" in name or "{" in name:
        raise ConfigurationError(f"{name!r} is not the name of a table", "write project.dataset.table or schema.table")
    return ".".join(f"{quote}{part}{quote}" for part in parts)


class Rows(Protocol):
    """What a table needs of its warehouse."""

    def rows(self, sql: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query."""


class WarehouseTable:
    """A table that a warehouse reaches itself; see ``ports.ForeignTable``."""

    def __init__(self, warehouse: Rows, table: str, columns: dict[str, str], quote: str) -> None:
        self._warehouse, self._table, self.columns, self._quote = warehouse, table, columns, quote

    def fetch(self, query: TableQuery) -> Iterator[dict[str, Any]]:
        """The rows of a query, page by page."""
        sql = select_from(self._table, query, self.columns, self._quote).replace("{", "{{").replace("}", "}}")
        bound = {"after": query.after} if "$after" in sql else {}
        return self._warehouse.rows(sql, **bound)

    def close(self) -> None:
        """Do nothing: the warehouse stays open."""
