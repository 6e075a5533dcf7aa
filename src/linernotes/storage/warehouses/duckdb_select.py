"""Queries that people type, over a file that is opened read-only and can reach nothing else."""

import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.storage.ports import Answer
from linernotes.storage.warehouses.duckdb_connection import (
    SETTINGS,
    connect_read_only,
    interruptibly,
    one_line,
    remedy_for,
)
from linernotes.storage.warehouses.schema import FIX_QUERY, aware, only_schemas, statement

# Without access to files, the network, extensions and Python's variables; and nothing can be set any more.
CLOSED = (
    "set python_enable_replacements = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)
# Tables are found by their names alone.
HUB, HUB_AND_LAKE = "set search_path = '{hub}'", "set search_path = '{hub},{lake}'"
BROKEN = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
WHERE = re.compile(r"\s*\n\s*LINE (\d+):.*", re.DOTALL)
NOBODY_MEANT = re.compile(r'\s*Did you mean "(?:pg_|duckdb_|sqlite_|pragma_)\w*"\?')  # the engine's own tables


def select(
    path: Path, schemas: Mapping[str, str], query: str, parameters: Mapping[str, Any], most: int | None = None
) -> Answer:
    """The answer to one query over a file, with at most ``most`` rows; ``schemas`` are those in the file.

    Raises:
        ConfigurationError: the statement is not a query, or DuckDB rejects it.
        Busy: the file is in use.
    """
    text = statement(only_schemas(query), **schemas)
    _expect_query(text)
    with connect_read_only(path) as connection:
        _close_off(connection, schemas)

        def answer() -> Answer:
            cursor = connection.execute(text, dict(parameters) or None)
            found = cursor.fetchall() if most is None else cursor.fetchmany(most + 1)
            rows = [tuple(map(aware, row)) for row in islice(found, most)]
            return Answer(tuple(column[0] for column in cursor.description or ()), rows, len(found) > len(rows))

        try:
            return interruptibly(connection, answer)
        except BROKEN as error:
            raise LinernotesError(f"warehouse {path}: {one_line(error)}", remedy_for(error)) from None
        except duckdb.Error as error:
            raise _rejected(error) from None


def _close_off(connection: duckdb.DuckDBPyConnection, schemas: Mapping[str, str]) -> None:
    for setting in (*SETTINGS, statement(HUB, **schemas)):
        connection.execute(setting)
    with suppress(duckdb.CatalogException):  # only the hub is published
        connection.execute(statement(HUB_AND_LAKE, **schemas))
    for setting in CLOSED:
        connection.execute(setting)


def _expect_query(text: str) -> None:
    """Ask DuckDB's own parser whether this is one query: a read-only file alone would not stop COPY or ATTACH."""
    try:
        kinds = [each.type for each in duckdb.extract_statements(text)]
    except duckdb.Error as error:
        raise _rejected(error) from None
    if kinds != [duckdb.StatementType.SELECT]:
        raise ConfigurationError("sql: not a single query", "use one select statement; sql can only read")


def _rejected(error: duckdb.Error) -> ConfigurationError:
    """The engine's message on one line, with the number of the line that is wrong."""
    text = NOBODY_MEANT.sub("", WHERE.sub(lambda found: f" (line {found[1]})", str(error)))
    return ConfigurationError(f"sql: {' '.join(text.split())}", FIX_QUERY)
