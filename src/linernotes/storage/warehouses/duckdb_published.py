"""The published hub: a copy of its service models in a file of its own, whose readers never block a writer."""

from pathlib import Path

import duckdb

from linernotes.core.errors import LinernotesError
from linernotes.core.faults import fault_point
from linernotes.storage.warehouses.duckdb_connection import one_line, remedy_for
from linernotes.storage.warehouses.schema import statement

# A storage version that older DuckDBs in dashboards and notebooks can read too.
ATTACH = "attach $fresh as published (storage_version 'v1.4.0')"
TABLES = "select table_name from information_schema.tables where table_catalog = current_catalog() and table_schema = ?"
COPY = "create table published.{schema}.{table} as from {schema}.{table}"


def publish(connection: duckdb.DuckDBPyConnection, path: Path, schema: str) -> None:
    """Copy the service models of a schema into a new file, and swap it in by renaming it to ``path``."""
    fresh = path.with_name(".published.tmp")
    fresh.unlink(missing_ok=True)
    try:
        connection.execute(ATTACH, {"fresh": str(fresh)})
        connection.execute(statement("create schema published.{schema}", schema=schema))
        for (table,) in connection.execute(TABLES, [schema]).fetchall():
            if "__svc_" in table:
                connection.execute(statement(COPY, schema=schema, table=table))
        connection.execute("detach published")
    except duckdb.Error as error:
        raise LinernotesError(f"publish {path}: {one_line(error)}", remedy_for(error)) from None
    fault_point("publishing")
    fresh.replace(path)
    fault_point("published")
