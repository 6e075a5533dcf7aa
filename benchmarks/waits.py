"""What somebody at a laptop waits for: the first hub, a repeated init, a hundred new artists, one artist's profile."""

import sys
from pathlib import Path

import duckdb

from benchmarks.commands import HURRIED, Measure, command, measured, roster_of, timed
from linernotes.config.settings import read_settings
from linernotes.runs.compiled import kept_hub
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.warehouses.duckdb_maker import DuckDBMaker

NEW = 100
AIM = 4.0  # times DuckDB's own execution of the same statements


def waits(work: Path) -> list[Measure]:
    """Seconds against what one may wait, and the first hub against DuckDB executing the same statements alone."""
    home, lake = work / "waits", work / "waits-lake"
    with Sandbox(Generated()) as sandbox:
        environ = {**sandbox.environment(), **HURRIED}
        roster_of(lake, environ, NEW)  # needs no hub, so it makes the lake's tables alone
        command(work / "waits-compiled", "init")  # dbt compiles the models once for an installation
        first, _ = measured(home, "init", environ=environ)
        alone = _alone(home, lake / "warehouse.duckdb")
        again, _ = measured(home, "init", environ=environ)
        roster_of(home, environ, NEW)
        run, _ = measured(home, "run", environ=environ)
        artist = str(Generated().id_at(0))
        show = min(timed(lambda: command(home, "show", artist, environ=environ)) for _ in range(3))
    return [
        Measure("the statements of that init", f"{first:.1f} s", f"DuckDB alone {alone:.1f} s", first / alone, AIM),
        _waited("first init", first, 8),
        _waited("init again", again, 2),
        _waited(f"a run that brings {NEW} artists", run, 7),
        _waited("show", show, 0.5),
    ]


def _waited(what: str, seconds: float, most: float) -> Measure:
    return Measure(what, f"{seconds:.1f} s", f"{most} s", seconds / most, 1.0)


def _alone(home: Path, lake: Path) -> float:
    """Seconds that DuckDB takes for the statements of that hub, over a lake of the same shape."""
    settings = read_settings(environ={"LINERNOTES_HOME": str(home)})
    hub = kept_hub(settings)
    if hub is None:
        sys.exit("init kept no compiled queries")
    with duckdb.connect(str(lake)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema if not exists dp_hub_local")
        return timed(lambda: DuckDBMaker(connection, "dp_lake_local", lake).make(hub.objects))
