"""From contracts to SQL. Names reach SQL only through here, and only when a contract has checked them."""

import re
from collections.abc import Iterable

from linernotes.contracts import Column

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DUCKDB_TYPES = {
    "STRING": "VARCHAR",
    "INT64": "BIGINT",
    "FLOAT64": "DOUBLE",
    "BOOL": "BOOLEAN",
    "TIMESTAMP": "TIMESTAMP",
    "DATE": "DATE",
}


def statement(template: str, **names: str) -> str:
    """SQL with its ``{names}`` filled in; anything that is not a plain or dotted identifier is refused."""
    for name in names.values():
        if not all(NAME.fullmatch(part) for part in name.split(".")):
            raise ValueError(f"{name!r} is not an identifier")
    return template.format(**names)


def duckdb_type(column: Column) -> str:
    """The column's type in DuckDB: instants are naive UTC, as the session is."""
    if column.type == "RECORD":
        kind = "STRUCT(" + ", ".join(f'"{field.name}" {duckdb_type(field)}' for field in column.fields) + ")"
    else:
        kind = DUCKDB_TYPES[column.type]
    return f"{kind}[]" if column.mode == "REPEATED" else kind


def duckdb_columns(columns: Iterable[Column]) -> str:
    """Column definitions for ``create table``."""
    return ", ".join(
        f'"{column.name}" {duckdb_type(column)}{" NOT NULL" if column.mode == "REQUIRED" else ""}' for column in columns
    )


def duckdb_reader(columns: Iterable[Column]) -> str:
    """The ``columns`` argument of ``read_json``: nothing is guessed from the file.

    Instants are read with their offset, which a cast to TIMESTAMP would drop, and stored in the session's UTC.
    """
    types = ((column.name, duckdb_type(column).replace("TIMESTAMP", "TIMESTAMPTZ")) for column in columns)
    return "{" + ", ".join(f"\"{name}\": '{kind}'" for name, kind in types) + "}"
