"""What DuckDB takes for the same file by itself; run in a process of its own, for its memory would count as ours."""

import time
from pathlib import Path

import duckdb

from linernotes.config.settings import read_settings
from linernotes.storage.warehouses.schema import duckdb_create, duckdb_insert


def duckdbs_own(work: Path, answers: Path) -> float:
    """Seconds of DuckDB's own ``insert ... select from read_json``."""
    contract = read_settings(environ={"LINERNOTES_HOME": str(work)}).configs.dataset("artist_enrichment")
    path = work / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(duckdb_create("answers", contract))
        began = time.monotonic()
        connection.execute(duckdb_insert("answers", contract), {"paths": [str(answers)], "sha256": ""})
        seconds = time.monotonic() - began
    path.unlink()
    return seconds
