"""What DuckDB takes for the same file by itself; run in a process of its own, for its memory would count as ours."""

import time
from pathlib import Path

import duckdb

from linernotes.config.settings import read_settings
from linernotes.storage.warehouses.schema import duckdb_reader


def duckdbs_own(work: Path, answers: Path) -> float:
    """Seconds of DuckDB's own ``insert ... select from read_json``."""
    contract = read_settings(environ={"LINERNOTES_HOME": str(work)}).configs.dataset("artist_enrichment")
    columns = duckdb_reader(contract.columns)
    read = f"select * from read_json('{answers}', columns = {columns}, format = 'newline_delimited')"
    path = work / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"create table answers as {read} limit 0")
        began = time.monotonic()
        connection.execute(f"insert into answers {read}")
        seconds = time.monotonic() - began
    path.unlink()
    return seconds
