"""Tables of the hub made again from the queries that dbt compiled for them."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import duckdb

from linernotes.core.errors import LinernotesError
from linernotes.storage.ports import MadeTable
from linernotes.storage.warehouses.duckdb_connection import interruptibly, one_line
from linernotes.storage.warehouses.schema import duckdb_remake

COLUMNS = (
    "select column_name, data_type from information_schema.columns "
    "where table_schema = $schema and table_name = $name order by ordinal_position"
)


def remake(connection: duckdb.DuckDBPyConnection, tables: Iterable[MadeTable], path: Path) -> None:
    """Replace each table by the rows of its query; its columns keep their order and their types."""
    for table in tables:
        columns = connection.execute(COLUMNS, {"schema": table.schema, "name": table.name}).fetchall()
        statement = duckdb_remake(table.schema, table.name, dict(columns), table.query)
        try:
            interruptibly(connection, partial(connection.execute, statement))
        except duckdb.Error as error:
            message = f"warehouse {path}: {table.name}: {one_line(error)}"
            raise LinernotesError(message, "check that the disk has room, then run: linernotes transform") from None
