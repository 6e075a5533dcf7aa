"""Columns of tables, and tables elsewhere that DuckDB reads: in another DuckDB file, or a Parquet, CSV or JSON file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from linernotes.core.errors import ConfigurationError
from linernotes.storage.warehouses.duckdb_connection import SETTINGS, one_line
from linernotes.storage.warehouses.schema import aware_row
from linernotes.storage.warehouses.tables import TableQuery, quoted_table, select_from

FETCH_ROWS = 10_000
TABLE_COLUMNS = (
    "select column_name as name, data_type as type from information_schema.columns "
    "where lower(table_schema) = lower($schema) and lower(table_name) = lower($table) order by ordinal_position"
)
COLUMNS_OF_TABLES = (
    "select table_schema as schema, table_name as name, column_name as column, data_type as type "
    "from information_schema.columns where table_schema in unnest($schemas) "
    "order by table_schema, table_name, ordinal_position"
)
READERS = {
    ".parquet": "read_parquet($path)",
    ".csv": "read_csv($path, header = true, all_varchar = true)",
    ".tsv": "read_csv($path, header = true, all_varchar = true)",
    ".json": "read_json($path, maximum_object_size = 33554432)",
    ".jsonl": "read_json($path, format = 'newline_delimited', maximum_object_size = 33554432)",
    ".ndjson": "read_json($path, format = 'newline_delimited', maximum_object_size = 33554432)",
}
DUCKDB_FILES = (".duckdb", ".db", ".ddb")
ATTACH = "attach $path as elsewhere (read_only)"
LISTED = "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'elsewhere' order by 1"
ENTERED = "use elsewhere"
COLUMNS = "select column_name, column_type from (describe select * from {table})"


class DuckDBTable:
    """A table in a file; see ``ports.ForeignTable``."""

    def __init__(self, path: Path, table: str = "") -> None:
        self._name = f"{path}:{table}" if table else str(path)
        self._connection = duckdb.connect()
        for setting in SETTINGS:
            self._connection.execute(setting)
        self._parameters: dict[str, Any] = {}
        if path.suffix.lower() in DUCKDB_FILES:
            self._table = self._attached(path, table)
        else:
            suffix = next((s for s in map(str.lower, reversed(path.suffixes)) if s in READERS), None)
            if suffix is None:
                raise ConfigurationError(f"{path}: not a table", f"use a DuckDB file or one of {', '.join(READERS)}")
            self._table, self._parameters = READERS[suffix], {"path": str(path)}
        self.columns = dict(self._fetch(COLUMNS.format(table=self._table)))

    def fetch(self, query: TableQuery) -> Iterator[dict[str, Any]]:
        """The rows of a query, fetched as they are read."""
        sql = select_from(self._table, query, self.columns, '"')
        bound = {"after": query.after} if "$after" in sql else {}
        names = list(query.columns)
        for row in self._fetch(sql, **bound):
            yield aware_row(zip(names, row, strict=True))

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _attached(self, path: Path, table: str) -> str:
        self._parameters = {"path": str(path)}
        list(self._fetch(ATTACH))
        self._parameters = {}
        there = [row[0] for row in self._fetch(LISTED)]
        if not table:
            found = ", ".join(there) or "none"
            raise ConfigurationError(f"{path}: which table?", f"write {path}:SCHEMA.TABLE; there are: {found}")
        list(self._fetch(ENTERED))
        return quoted_table(table, '"')

    def _fetch(self, sql: str, **more: Any) -> Iterator[tuple[Any, ...]]:
        try:
            cursor = self._connection.execute(sql, {**self._parameters, **more} or None)
            while batch := cursor.fetchmany(FETCH_ROWS):
                yield from batch
        except duckdb.Error as error:
            remedy = "check the name of the file and of the table"
            raise ConfigurationError(f"{self._name}: {one_line(error)[:300]}", remedy) from None
