"""``make bench``: every line is a measure, its limit from the same run, and their ratio.

``python -m benchmarks growth waits`` measures these parts alone.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.commands import Measure, command, measured, refused, roster_of, timed
from benchmarks.everybody import everybody
from benchmarks.growth import growth
from benchmarks.identity import identity
from benchmarks.made import write_answers, write_roster
from benchmarks.own import duckdbs_own
from benchmarks.served import served
from benchmarks.streams import streams
from benchmarks.tracks import tracks
from benchmarks.waits import waits
from linernotes.sandbox import Generated, Sandbox

RECORDS = int(os.environ.get("BENCH_RECORDS", "1000000"))
ROSTER = 11_518
RATE = 40.0
RATED_ARTISTS = 4_000


def main(names: list[str]) -> int:
    """Measure all parts, or those that are named, and print it; 1 if a limit is broken."""
    parts: dict[str, Callable[[Path], list[Measure]]] = {
        part.__name__: part
        for part in (ingest, rated, roster, history, streams, tracks, everybody, identity, growth, waits, startup)
    }
    if unknown := set(names) - parts.keys():
        sys.exit(f"bench: no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="linernotes-bench-") as folder:
        for name in names or parts:
            measures += parts[name](Path(folder))
            Console(width=150).print(_table(measures))  # so far: what comes later may fail, and takes its time
    return int(any(measure.ratio > measure.limit for measure in measures))


def _table(measures: list[Measure]) -> Table:
    table = Table("what", "measured", "against", "ratio", "limit", title="linernotes benchmarks")
    for measure in measures:
        mark = "" if measure.ratio <= measure.limit else "  over"
        table.add_row(
            measure.what, measure.measured, measure.against, f"{measure.ratio:.2f}{mark}", f"{measure.limit:.2f}"
        )
    return table


def ingest(work: Path) -> list[Measure]:
    """A large landed file against DuckDB's own reading of it, and the memory of a small one against a large one."""
    answers = write_answers(work / "answers.jsonl", RECORDS)
    with multiprocessing.get_context("spawn").Pool(1) as apart:  # its memory would count as ours
        own = min(apart.starmap(duckdbs_own, [(work, answers)] * 2))
    _, small = _ingested(work, answers, RECORDS // 2)
    seconds, large = _ingested(work, answers, RECORDS)
    size = answers.stat().st_size / 1e6
    return [
        Measure(
            f"ingest {RECORDS:,} records ({size:.0f} MB)",
            f"{seconds:.2f} s",
            f"DuckDB alone {own:.2f} s",
            seconds / own,
            2.5,
        ),
        Measure("ingest: memory at its highest", f"{large:.0f} MiB", "1,024 MiB", large / 1024, 1.0),
        Measure("ingest: memory at twice the size", f"{large:.0f} MiB", f"{small:.0f} MiB", large / small, 1.2),
        *discover(work),
    ]


def discover(work: Path) -> list[Measure]:
    """The queue over a million artists that were never asked, and over a million that were."""
    fresh, described = work / "fresh", work / f"home-{RECORDS}"
    command(fresh, "import", "roster", str(write_roster(work / "roster.csv", RECORDS)))
    return [
        _discovered(fresh, f"discover {RECORDS:,} artists, none described"),
        _discovered(described, f"discover {RECORDS:,} artists, all described"),
    ]


def rated(work: Path) -> list[Measure]:
    """A run at a set rate against the time that rate allows."""
    with Sandbox(Generated()) as sandbox:
        home = work / "rated"
        environ = sandbox.environment() | {"LINERNOTES_SPOTIFY__PER_SECOND": str(RATE)}
        roster_of(home, environ, RATED_ARTISTS)
        command(home, "extract", "spotify", "--mode", "backfill", environ=environ)
        calls = [entry["at"] for entry in sandbox.calls()["log"] if entry["path"].startswith("/v1/artists")]
    taken, allowed = max(calls) - min(calls), (len(calls) - 1) / RATE
    what = f"{len(calls)} calls at {RATE:.0f}/s"
    return [Measure(what, f"{taken:.2f} s", f"{allowed:.2f} s", taken / allowed, 1.1)]


def roster(work: Path) -> list[Measure]:
    """From a roster to the finished dimension, against an unthrottled sandbox."""
    with Sandbox(Generated()) as sandbox:
        home = work / "roster"
        spotify = {name: value for name, value in sandbox.environment().items() if name.startswith("SPOTIFY_")}
        environ = spotify | {"LINERNOTES_SPOTIFY__PER_SECOND": "100000"}
        began = time.monotonic()
        roster_of(home, environ, ROSTER)
        command(home, "run", "--mode", "backfill", environ=environ)
        seconds = time.monotonic() - began
    return [Measure(f"{ROSTER:,} artists, import to dimension", f"{seconds:.1f} s", "60 s", seconds / 60, 1.0)]


def history(work: Path) -> list[Measure]:
    """An extended streaming history as a zip, imported and imported again."""
    home, path = work / "history", work / "history.zip"
    command(home, "sandbox", "--export-history", str(path), "--plays", str(RECORDS))
    command(home, "init")
    seconds, memory = measured(home, "import", "plays", str(path))
    again, _ = measured(home, "import", "plays", str(path))
    command(home, "transform")
    query = "select artistName, count(*) from hub_music__svc_fact_plays group by artistName order by 2 desc limit 10"
    return [
        Measure(f"import {RECORDS:,} plays from a zip", f"{seconds:.1f} s", "60 s", seconds / 60, 1.0),
        Measure("import: memory at its highest", f"{memory:.0f} MiB", "1,024 MiB", memory / 1024, 1.0),
        Measure("import: the same zip again", f"{again:.1f} s", "10 s", again / 10, 1.0),
        _answered(f"top artists of {RECORDS:,} plays", lambda: command(home, "top", "artists")),
        _answered(f"sql over {RECORDS:,} plays", lambda: command(home, "sql", query)),
        *served(work, home, RECORDS),
        _refused(work),
    ]


def _answered(what: str, work: Callable[[], object]) -> Measure:
    seconds = min(timed(work) for _ in range(3))
    return Measure(what, f"{seconds:.2f} s", "1.00 s", seconds / 1, 1.0)


def _refused(work: Path) -> Measure:
    """A file of a gigabyte that holds rows, but none of plays."""
    path, row = (
        work / "no-history.jsonl",
        b'{"temperature": 21.5, "place": "kitchen", "readAt": "2024-05-01T10:00:00Z"}\n',
    )
    with path.open("wb") as file:
        for _ in range(1 << 10):
            file.write(row * ((1 << 20) // len(row)))
    seconds = timed(lambda: refused(work / "refusing", "import", "plays", str(path)))
    path.unlink()
    return Measure("recognising 1 GB that is no history", f"{seconds:.1f} s", "5 s", seconds / 5, 1.0)


def startup(_work: Path) -> list[Measure]:
    """``linernotes --help``."""
    seconds = min(timed(lambda: command(Path(), "--help")) for _ in range(3))
    return [Measure("linernotes --help", f"{seconds:.2f} s", "0.30 s", seconds / 0.3, 1.0)]


def _ingested(work: Path, answers: Path, records: int) -> tuple[float, float]:
    """Seconds and MiB of ``linernotes ingest`` for the first so many records, with everything that belongs to it."""
    home = work / f"home-{records}"
    command(home, "init")
    landed = home / "lake/spotify/landing/made_artist_enrichment.jsonl"
    with answers.open("rb") as source, landed.open("wb") as target:
        if records == RECORDS:
            shutil.copyfileobj(source, target, 1 << 24)
        else:
            target.writelines(source.readline() for _ in range(records))
    os.utime(landed, (0, 0))
    return measured(home, "ingest")


def _discovered(home: Path, what: str) -> Measure:
    seconds = timed(lambda: command(home, "run", "--mode", "backfill", "--dry-run", "--provider", "spotify"))
    return Measure(what, f"{seconds:.2f} s", "2.00 s", seconds / 2, 1.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
