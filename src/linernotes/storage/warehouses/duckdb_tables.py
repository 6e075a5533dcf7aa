"""Columns of tables, and tables elsewhere that DuckDB reads: in another DuckDB file, or a Parquet, CSV or JSON file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from linernotes.core.errors import ConfigurationError
from linernotes.storage.warehouses.duckdb_connection import SETTINGS, one_line
from linernotes.storage.warehouses.schema import aware_row
from linernotes.storage.warehouses.struct_types import with_fields
from linernotes.storage.warehouses.tables import LINE, TableQuery, quoted_table, select_from

FETCH_ROWS = 10_000
TABLE_COLUMNS = (
    "select column_name as name, data_type as type from information_schema.columns "
    "where lower(table_schema) = lower($schema) and lower(table_name) = lower($table) order by ordinal_position"
)
TABLES = "select table_name as name from information_schema.tables where table_schema = $schema"
COLUMNS_OF_TABLES = (
    "select table_schema as schema, table_name as name, column_name as column, data_type as type "
    "from information_schema.columns where table_schema in unnest($schemas) "
    "order by table_schema, table_name, ordinal_position"
)
CSV, JSON = "read_csv($path, header = true, all_varchar = true)", "read_json($path, maximum_object_size = 33554432)"
JSON_LINES = JSON.replace("$path,", "$path, format = 'newline_delimited',")
READERS = {
    ".parquet": "read_parquet($path)",
    ".csv": CSV,
    ".tsv": CSV,
    ".json": JSON,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
}
BEGINNINGS = {b"PAR1": ".parquet", b"{": ".jsonl", b"[": ".json"}  # of files whose names do not say what they are
DUCKDB_FILES = (".duckdb", ".db", ".ddb")
ATTACH = "attach $path as elsewhere (read_only)"
LISTED = "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'elsewhere' order by 1"
ENTERED = "use elsewhere"
COLUMNS = "select column_name, column_type from (describe select * from {table})"
NUMBERED = '(select *, row_number() over () + {heading} as "{line}" from {table})'
# A time in JSON is text; read as one it would no longer show whether it names a zone.
TIMES = re.compile(r"(^| )(?:TIMESTAMP(?: WITH TIME ZONE|_\w+)?|DATE|TIME)(?=[,)\[]|$)")
MIXED = re.compile(r"(^| )JSON(?=[,)\[]|$)")  # of values of several kinds, which come as they are written
IN_ORDER = "set preserve_insertion_order = true"  # so that the numbers of rows are those of the lines


class DuckDBTable:
    """A table in a file; see ``ports.ForeignTable``."""

    def __init__(self, path: Path, table: str = "") -> None:
        self._path, self._name = path, f"{path}:{table}" if table else str(path)
        self._connection = duckdb.connect()
        for setting in SETTINGS:
            self._connection.execute(setting)
        self._parameters: dict[str, Any] = {}
        self._is_file = path.suffix.lower() not in DUCKDB_FILES
        if not self._is_file:
            self._table = self._attached(path, table)
            self.columns = with_fields(self._described(self._table))
        elif path.stat().st_size:
            self._table, self.columns = self._read(path)
        else:  # BigQuery exports such files, too
            self.columns = {}

    def fetch(self, query: TableQuery) -> Iterator[dict[str, Any]]:
        """The rows of a query, fetched as they are read."""
        if not self.columns:
            return
        numbered = {LINE: LINE} if self._is_file else {}
        query = TableQuery(query.columns | numbered, query.since, query.after)
        sql = select_from(self._table, query, self.columns | dict.fromkeys(numbered, "BIGINT"), '"')
        bound = {"after": query.after} if "$after" in sql else {}
        names = list(query.columns)
        for row in self._fetch(sql, **bound):
            yield aware_row(zip(names, row, strict=True))

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _read(self, path: Path) -> tuple[str, dict[str, str]]:
        """A file as a table with the numbers of its lines, and its columns."""
        reader = READERS[_suffix(path)]
        self._parameters = {"path": str(path)}
        self._connection.execute(IN_ORDER)
        columns = self._described(reader)
        if "read_json" in reader:
            columns = {name: TIMES.sub(r"\1VARCHAR", kind) for name, kind in columns.items()}
            texts = {name: MIXED.sub(r"\1VARCHAR", kind) for name, kind in columns.items()}
            reader = reader.replace("$path,", f"$path, columns = {_written(texts)},")
        table = NUMBERED.format(heading=int("read_csv" in reader), line=LINE, table=reader)
        return table, with_fields(columns)

    def _described(self, table: str) -> dict[str, str]:
        return dict(self._fetch(COLUMNS.format(table=table)))

    def _attached(self, path: Path, table: str) -> str:
        self._parameters = {"path": str(path)}
        list(self._fetch(ATTACH))
        self._parameters = {}
        there = [row[0] for row in self._fetch(LISTED)]
        found = ", ".join(there) or "none"
        if not table:
            remedy = f"write {path}:SCHEMA.TABLE; its tables: {found}"
            raise ConfigurationError(f"{path} has not one table but a database of them", remedy)
        name = table if "." in table else f"main.{table}"
        if name.casefold() not in map(str.casefold, there) and not self._is_view(name):
            raise ConfigurationError(f"no table {table} in {path}", f"its tables: {found}")
        list(self._fetch(ENTERED))
        return quoted_table(name, '"')

    def _is_view(self, name: str) -> bool:
        listed = LISTED.replace("table_name", "view_name").replace("duckdb_tables", "duckdb_views")
        return name.casefold() in (row[0].casefold() for row in self._fetch(listed))

    def _fetch(self, sql: str, **more: Any) -> Iterator[tuple[Any, ...]]:
        try:
            cursor = self._connection.execute(sql, {**self._parameters, **more} or None)
            while batch := cursor.fetchmany(FETCH_ROWS):
                yield from batch
        except duckdb.Error as error:
            message = _without_query(one_line(error))[:300]
            raise ConfigurationError(f"{self._name}: {message}", "check that it is a whole file of that kind") from None


def _suffix(path: Path) -> str:
    """What kind of file it is: by its name, else by its beginning.

    Raises:
        ConfigurationError: it is no table.
    """
    if named := next((s for s in map(str.lower, reversed(path.suffixes)) if s in READERS), None):
        return named
    with path.open("rb") as file:
        head = file.read(4).lstrip()
    begun = next((suffix for beginning, suffix in BEGINNINGS.items() if head.startswith(beginning)), None)
    if begun is None:
        raise ConfigurationError(f"{path}: not a table", f"use a DuckDB file or one of {', '.join(READERS)}")
    return begun


def _written(columns: dict[str, str]) -> str:
    """Columns with their types as DuckDB reads them."""
    texts = ((name.replace("'", "''"), kind.replace("'", "''")) for name, kind in columns.items())
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in texts) + "}"


def _without_query(message: str) -> str:
    """An error's text without the query of ours that DuckDB shows below it."""
    return re.split(r"\s*LINE \d+:", message)[0]
