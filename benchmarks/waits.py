"""What somebody at a laptop waits for: the first hub, a repeated init, a hundred new artists, one artist's profile."""

import json
import shutil
from pathlib import Path

import duckdb

from benchmarks.commands import HURRIED, Measure, command, measured, roster_of, timed
from linernotes.sandbox import Generated, Sandbox

NEW = 100
AIM = 4.0  # times DuckDB's own execution of what dbt has it execute


def waits(work: Path) -> list[Measure]:
    """Seconds against what one may wait, and the first hub against DuckDB executing the same statements alone."""
    home, lake = work / "waits", work / "waits-lake"
    with Sandbox(Generated()) as sandbox:
        environ = {**sandbox.environment(), **HURRIED}
        roster_of(lake, environ, NEW)  # needs no hub, so it makes the lake's tables alone
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
    """Seconds that DuckDB takes for what dbt had it execute, over a lake of the same shape."""
    target = home / "dbt/target"
    ran = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = [nodes[result["unique_id"]] for result in ran if result["unique_id"].startswith("model.")]
    # dbt makes a table under another name first and then renames it.
    statements = [
        (target / "run" / model["package_name"] / model["original_file_path"])
        .read_text(encoding="utf-8")
        .replace("__dbt_tmp", "")
        for model in models
    ]
    shutil.copyfile(home / "warehouse.duckdb", seeded := home.with_name("seeded.duckdb"))
    with duckdb.connect(str(lake)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("attach $path as seeded (read_only)", {"path": str(seeded)})
        connection.execute("create schema if not exists dp_hub_local")
        for node in nodes.values():
            if node["resource_type"] == "seed":
                table = f"dp_hub_local.{node['alias']}"
                connection.execute(f"create table {table} as from seeded.{table}")
        seconds = timed(lambda: [connection.execute(statement) for statement in statements])
    seeded.unlink()
    return seconds
