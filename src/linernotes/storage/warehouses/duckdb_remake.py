"""Tables made again, and data tested, by the queries that dbt compiled for them."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb

from linernotes.core.errors import LinernotesError
from linernotes.storage.ports import DataTest, MadeTable
from linernotes.storage.warehouses.duckdb_connection import interruptibly, one_line
from linernotes.storage.warehouses.schema import duckdb_merge, duckdb_remake, duckdb_test, statement

log = logging.getLogger(__name__)
COLUMNS = (
    "select column_name, data_type, is_nullable = 'NO' as required from information_schema.columns "
    "where table_schema = $schema and table_name = $name order by ordinal_position"
)
# A file of which nothing was merged, because nothing in it was found, has it look again and merge nothing.
HAS_NEWS = (
    "select (select max(loadSequence) from {lake}.lake_ops__loaded_files where dataset = $dataset) "
    "> (select coalesce(max(loadSequence), 0) from {table})"
)
BEGIN_EMPTY = "create table {table} as from {staged} limit 0"
REMEDY = "check that the disk has room, then run: linernotes transform"


class Remake:
    """What dbt would do in one DuckDB file, without dbt; ``lake`` is the schema of the lake's tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: str, path: Path) -> None:
        self._connection, self._lake, self._path = connection, lake, path

    def make(self, tables: Iterable[MadeTable]) -> int:
        """Replace each table by the rows of its query, or merge them into it where they are news; the number made."""
        return sum(map(self._make, tables))

    def failing(self, tests: Iterable[DataTest]) -> list[str]:
        """The names of the tests whose queries have a row."""
        return [test.name for test in tests if self._run(test.name, duckdb_test(test.query)).fetchone()]

    def _make(self, table: MadeTable) -> bool:
        made = self._merge(table) if table.key else self._replace(table)
        if made:
            log.debug("transform: made %s", table.name)
        return made

    def _replace(self, table: MadeTable) -> bool:
        """Make a table of the hub anew; its columns keep their order and their types."""
        columns = self._columns(table)
        kinds = {name: kind for name, kind, _ in columns}
        required = {name for name, _, required in columns if required}
        self._run(table.name, "begin")
        try:
            for change in duckdb_remake(table.schema, table.name, kinds, table.query, required):
                self._run(table.name, change)
            self._run(table.name, "commit")
        except BaseException:
            with suppress(duckdb.Error):  # a full disk has ended it already
                self._connection.execute("rollback")
            raise
        return True

    def _merge(self, table: MadeTable) -> bool:
        """Merge what is new into a table of the lake; whether there was anything."""
        name = f"{table.schema}.{table.name}"
        if not self._columns(table):
            self._run(table.name, statement(BEGIN_EMPTY, table=name, staged=name.replace("__svc_", "__stg_")))
        has_news = statement(HAS_NEWS, lake=self._lake, table=name)
        (news,) = self._connection.execute(has_news, {"dataset": table.dataset}).fetchone() or (None,)
        if news:
            self._run(table.name, duckdb_merge(name, table.key, table.query))
        return bool(news)

    def _columns(self, table: MadeTable) -> list[tuple[str, str, bool]]:
        """Name and type of each column, and whether it is never null."""
        found = self._connection.execute(COLUMNS, {"schema": table.schema, "name": table.name}).fetchall()
        return [(str(name), str(kind), bool(required)) for name, kind, required in found]

    def _run(self, name: str, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return interruptibly(self._connection, partial(self._connection.execute, sql))
        except duckdb.Error as error:
            raise LinernotesError(f"warehouse {self._path}: {name}: {one_line(error)}", REMEDY) from None
