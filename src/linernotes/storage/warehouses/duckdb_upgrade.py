"""How DuckDB's tables stand, and the statements that complete them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Any

import duckdb

from linernotes.config.datasets import Dataset
from linernotes.storage.warehouses.schema import DUCKDB_TYPES, duckdb_type, merged_into, statement
from linernotes.storage.warehouses.upgrade import Shape, changes, completed, shapes

COLUMNS = (
    "select table_name as tableName, column_name as name, data_type as type, not is_nullable as required "
    "from duckdb_columns() where schema_name = $schema order by table_name, column_index"
)
ADD = 'alter table {table} add column "{column}" '
WIDEN = 'alter table {table} alter column "{column}" type '
DROP = "drop table if exists {table}"
NAMES = {theirs: ours for ours, theirs in DUCKDB_TYPES.items()}


def tables_of(columns: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of COLUMNS by their tables."""
    return {table: list(rows) for table, rows in groupby(columns, lambda row: str(row["tableName"]))}


def completing(schema: str, dataset: Dataset, columns: Iterable[Mapping[str, Any]]) -> list[str]:
    """The statements that add what a table lacks, none if it lacks nothing; ``columns`` are its rows of COLUMNS.

    What dbt has merged from it goes too, and is made again with the new columns.
    """
    there = tuple(_shape(row["name"], _kind(row["type"]), required=row["required"]) for row in columns)
    after = completed(there, _storable(shapes(dataset.all_columns)), dataset.table)
    made = [*_statements(f"{schema}.{dataset.table}", there, after)]
    dropped = [statement(DROP, table=f"{schema}.{merged_into(dataset)}")] if made and dataset.pattern else []
    return made + dropped


def _statements(table: str, before: tuple[Shape, ...], after: tuple[Shape, ...]) -> Iterator[str]:
    for column, new in changes(before, after):
        start = statement(ADD if new else WIDEN, table=table, column=column.name) + duckdb_type(column)
        yield f"{start} default []" if new and column.mode == "REPEATED" else start  # an array is never null


@cache
def _kind(text: str) -> Any:
    """A type as DuckDB reads it; hundreds of columns have some twenty types."""
    return duckdb.sqltype(text)


def _shape(name: str, kind: Any, *, required: bool = False) -> Shape:
    if kind.id == "list":
        return replace(_shape(name, kind.children[0][1]), mode="REPEATED")
    mode = "REQUIRED" if required else "NULLABLE"
    if kind.id == "struct":
        return Shape(name, "RECORD", mode, tuple(_shape(*child) for child in kind.children))
    return Shape(name, NAMES.get(str(kind), str(kind)), mode)


def _storable(columns: tuple[Shape, ...], *, inside: bool = False) -> tuple[Shape, ...]:
    """The columns as DuckDB can store them: a field of a struct may always be null."""
    return tuple(
        replace(
            column,
            mode="NULLABLE" if inside and column.mode == "REQUIRED" else column.mode,
            fields=_storable(column.fields, inside=True),
        )
        for column in columns
    )
