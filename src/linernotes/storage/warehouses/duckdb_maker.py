"""Tables and views made, and data tested, in one DuckDB file by the queries that dbt compiled for them."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from linernotes.core.clock import interruptible
from linernotes.core.errors import LinernotesError
from linernotes.storage.ports import DataTest, Made, Shape
from linernotes.storage.warehouses.duckdb_connection import interruptibly, one_line
from linernotes.storage.warehouses.schema import (
    duckdb_merge,
    duckdb_remake,
    duckdb_test,
    duckdb_values,
    duckdb_view,
    statement,
)

log = logging.getLogger(__name__)
SHAPES = (
    "select table_schema, table_name, column_name, data_type, is_nullable = 'NO' as required "
    "from information_schema.columns order by table_schema, table_name, ordinal_position"
)
THERE = (
    "select schema_name, table_name, false as is_view from duckdb_tables() "
    "union all select schema_name, view_name, true from duckdb_views()"
)
COLUMNS = (
    "select schema_name, table_name, list_sort(list(column_name || ' ' || data_type)) from duckdb_columns() "
    "group by schema_name, table_name"
)
NEWEST = "select dataset, max(loadSequence) from {lake}.lake_ops__loaded_files group by dataset"
ROWS = "select count(*), sum(cast(hash(each) as hugeint)) from {table} as each"
MERGED = "select coalesce(max(loadSequence), 0) from {table}"
BEGIN_EMPTY = "create or replace table {table} as from {staged} limit 0"
REMEDY = "check that the disk has room, then run: linernotes transform"


@dataclass(frozen=True, slots=True)
class Before:
    """What there was before anything was made.

    ``there`` says of every table and view whether it is a view, ``columns`` are those of every table, each with its
    type, and ``newest`` is the place of each dataset's newest file in the order of loading.
    """

    there: dict[tuple[str, str], bool]
    columns: dict[tuple[str, str], list[str]]
    newest: dict[str, int]


class DuckDBMaker:
    """What dbt would do in one DuckDB file, without dbt; ``lake`` is the schema of the lake's tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: str, path: Path) -> None:
        self._connection, self._lake, self._path = connection, lake, path

    def shapes(self) -> dict[tuple[str, str], Shape]:
        """The columns of every table and view, by its schema and name."""
        found: dict[tuple[str, str], list[tuple[str, str, bool]]] = {}
        for schema, name, *column in self._connection.execute(SHAPES).fetchall():
            found.setdefault((schema, name), []).append((str(column[0]), str(column[1]), bool(column[2])))
        return {name: tuple(columns) for name, columns in found.items()}

    def contents(self, schema: str, name: str) -> str:
        """A query that is the rows of a small table, as texts and numbers."""
        found = self._connection.execute(f'from "{schema}"."{name}"')
        return duckdb_values([column[0] for column in found.description], found.fetchall())

    def make(self, objects: Iterable[Made], changed: Iterable[str] | None = None) -> int:
        """Make tables and views in this order, and merge into tables of the lake what is news; the number made."""
        objects = list(objects)
        with interruptible():
            before = self._look(merges=any(each.key for each in objects))
            if changed is None:
                return sum(self._make(each, before) for each in objects)
            news = set(changed)
            return sum(self._make_of_news(each, before, news) for each in objects)

    def failing(self, tests: Iterable[DataTest]) -> list[str]:
        """The names of the tests whose queries have a row."""
        with interruptible():
            return [test.name for test in tests if self._run(test.name, duckdb_test(test.query)).fetchone()]

    def _look(self, *, merges: bool) -> Before:
        there = {(schema, name): is_view for schema, name, is_view in self._connection.execute(THERE).fetchall()}
        if not merges:
            return Before(there, {}, {})
        columns = {(schema, name): found for schema, name, found in self._connection.execute(COLUMNS).fetchall()}
        newest = self._connection.execute(statement(NEWEST, lake=self._lake)).fetchall()
        return Before(there, columns, dict(newest))

    def _make_of_news(self, each: Made, before: Before, news: set[str]) -> bool:
        """Make one, unless it is there and made of nothing that is news; what comes out as it was is none itself."""
        is_there = (each.schema, each.name) in before.there
        if is_there and each.reads.isdisjoint(news):
            return False
        rows = self._rows(each) if is_there and not each.key else None
        made = self._make(each, before)
        if made and (rows is None or rows != self._rows(each)):
            news.add(each.name)
        return made

    def _rows(self, each: Made) -> str:
        """The same for the same rows in whatever order."""
        return str(self._run(each.name, statement(ROWS, table=f"{each.schema}.{each.name}")).fetchone())

    def _make(self, each: Made, before: Before) -> bool:
        was_view = before.there.get((each.schema, each.name))  # None where nothing has its name yet
        if was_view is not None and was_view != each.is_view:
            self._run(each.name, f'drop {"view" if was_view else "table"} "{each.schema}"."{each.name}"')
            was_view = None
        if each.key:
            made = self._merge(each, before, there=was_view is not None)
        else:
            made = True
            self._replace(each)
        if made:
            log.debug("transform: made %s", each.name)
        return made

    def _replace(self, each: Made) -> None:
        """Make a table or a view of the hub anew; what was there is there until it is done."""
        if each.is_view:
            self._run(each.name, duckdb_view(each.schema, each.name, [name for name, _, _ in each.columns], each.query))
            return
        self._run(each.name, "begin")
        try:
            for change in duckdb_remake(each.schema, each.name, each.columns, each.query):
                self._run(each.name, change)
            self._run(each.name, "commit")
        except BaseException:
            with suppress(duckdb.Error):  # a full disk has ended it already
                self._connection.execute("rollback")
            raise

    def _merge(self, each: Made, before: Before, *, there: bool) -> bool:
        """Merge what is new into a table of the lake, made anew where it does not fit; whether anything was done.

        A file of which nothing was merged, because nothing in it was found, has it look again and merge nothing.
        """
        name = f"{each.schema}.{each.name}"
        columns = sorted(f"{column} {kind}" for column, kind, _ in each.columns)
        fits = there and before.columns[each.schema, each.name] == columns
        if not fits:
            self._run(each.name, statement(BEGIN_EMPTY, table=name, staged=name.replace("__svc_", "__stg_")))
        (merged,) = self._connection.execute(statement(MERGED, table=name)).fetchone() or (0,)
        news = before.newest.get(each.dataset, 0) > merged
        if news:
            self._run(each.name, duckdb_merge(name, each.key, each.query))
        return news or not fits

    def _run(self, name: str, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return interruptibly(self._connection, partial(self._connection.execute, sql))
        except duckdb.Error as error:
            raise LinernotesError(f"warehouse {self._path}: {name}: {one_line(error)}", REMEDY) from None
