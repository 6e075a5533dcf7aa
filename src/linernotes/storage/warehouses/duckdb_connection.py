"""Connections to DuckDB files, and what their errors mean."""

import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from linernotes.core.errors import Busy, ConfigurationError
from linernotes.core.text import bounded, on_one_line

T = TypeVar("T")
LONGEST_DEAF = 0.2  # seconds; on some systems no signal arrives within a wait
HOLDER = re.compile(r"PID (\d+)")
# What a damaged file makes of a query that is right: any error of DuckDB's, or a value that Python cannot hold.
DAMAGED = (duckdb.Error, MemoryError, OverflowError, UnicodeDecodeError, ValueError)
REMAKE = "check the disk; if the file is damaged, restore it from archive/ with: linernotes rebuild"
MORE_SPACE = "free some disk space"
WAIT = "if it is a run, wait; otherwise close the file there; then repeat the command"
WAIT_OR_READ = (
    "if it is a run, wait (published.duckdb stays readable); otherwise close the file there; then repeat the command"
)
FOR_QUERIES = "set memory_limit = '600MB'"  # a query that needs more uses the disk, and a run stays below 1 GiB
SQLITE = b"SQLite format 3\0"
SETTINGS = ("set TimeZone = 'UTC'", "set preserve_insertion_order = false", FOR_QUERIES)


def connect(path: Path, scratch: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a file, from which no landed file or query can reach other files or the network."""
    connection = connect_read_only(path) if read_only else _connect_to_write(path)
    for setting in SETTINGS:
        connection.execute(setting)
    connection.execute(
        "set allowed_directories = [$home, $scratch]", {"home": str(path.parent), "scratch": str(scratch)}
    )
    connection.execute("set enable_external_access = false")
    return connection


def connect_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file that exists; others can read it at the same time."""
    with _translated(path):
        _check_format(path)
        return duckdb.connect(str(path), read_only=True)


def _connect_to_write(path: Path) -> duckdb.DuckDBPyConnection:
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_format(path)
        return duckdb.connect(str(path))


def _check_format(path: Path) -> None:
    """Refuse the one kind of file that DuckDB opens by way of an extension, which it would download."""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
        if head == SQLITE:
            remedy = "move it away, or set LINERNOTES_HOME; linernotes rebuild makes a new one from archive/"
            raise ConfigurationError(f"{path} is not a DuckDB database but one of SQLite", remedy)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "check the folder, or set LINERNOTES_HOME"
        raise ConfigurationError(f"cannot write to {path.parent}: {error.strerror}", remedy) from None
    except DAMAGED as error:
        if holder := HOLDER.search(str(error)):
            wait = WAIT_OR_READ if path.with_name("published.duckdb").exists() else WAIT
            raise Busy(f"{path} is open in process {holder[1]}", wait) from None
        raise ConfigurationError(f"cannot open {path}: {one_line(error)}", REMAKE) from None


def close_dbts_connection() -> None:
    """Close dbt-duckdb's connection, which lives as long as the process and keeps the file locked."""
    if connections := sys.modules.get("dbt.adapters.duckdb.connections"):
        manager = connections.DuckDBConnectionManager
        if manager._ENV is not None:  # ``env()`` raises where there is none
            manager.env().close()


def interruptibly(connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """The result of ``work`` on a connection; Ctrl-C ends it.

    DuckDB does not look at signals, so it works in a thread while this one waits.
    """
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(work)
        try:
            while not working.done():
                wait([working], timeout=LONGEST_DEAF)
        except BaseException:
            connection.interrupt()
            raise
        return working.result()


def remedy_for(error: Exception) -> str:
    """What to do about an error of a file that no query can have caused."""
    return MORE_SPACE if "space" in str(error).lower() else REMAKE


def one_line(error: Exception) -> str:
    """The error's text on one line; a damaged file can put anything into it."""
    return bounded(on_one_line(str(error) or type(error).__name__))


def written_by(result: duckdb.DuckDBPyConnection) -> int | None:
    """The number of rows that a statement has written."""
    written = result.fetchone()
    return written[0] if written else None
