"""What a week costs in a library, and in one ten times as large: a hundred new artists and no play."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.commands import HURRIED, Measure, command, measured, roster_of, timed
from benchmarks.made import ENCODE, artist_ids, write_answers
from linernotes.config.settings import read_settings
from linernotes.core.clock import SystemClock
from linernotes.runs.enrich.queue import discover, select
from linernotes.sandbox import Generated, Sandbox
from linernotes.storage.workspace import open_warehouse

ARTISTS = int(os.environ.get("BENCH_ARTISTS", "20000"))
TIMES, PLAYS_EACH, NEW = 10, 10, 100
LIMIT, MOST_MEMORY = 1.5, 1024  # times as much, and MiB
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Week:
    """Seconds of one week's steps, and the MiB of its run."""

    run: float
    memory: float
    plan: float
    queue: float
    publish: float


def growth(work: Path, artists: int = ARTISTS) -> list[Measure]:
    """Each step's time in the large library against that in the small one."""
    small, large = _week(work / "small", artists), _week(work / "large", artists * TIMES)
    steps = ("run", "plan", "queue", "publish")
    sizes = f"{artists:,} and {artists * TIMES:,} artists"
    return [
        *(_compared(f"{step}, {sizes}", getattr(large, step), getattr(small, step)) for step in steps),
        Measure("memory of that run", f"{large.memory:.0f} MiB", f"{MOST_MEMORY} MiB", large.memory / MOST_MEMORY, 1.0),
    ]


def _compared(what: str, large: float, small: float) -> Measure:
    return Measure(what, f"{large:.2f} s", f"{small:.2f} s", large / small, LIMIT)


def _week(home: Path, artists: int) -> Week:
    """Fill a library with files that wait in landing/, then bring in a week's new artists."""
    with Sandbox(Generated()) as sandbox:
        environ = {**sandbox.environment(), **HURRIED}
        command(home, "init", environ=environ)
        write_answers(home / "lake/spotify/landing/old_artist_enrichment.jsonl", artists)
        _write_plays(home / "lake/plays/landing/old_plays.jsonl", artists)
        for path in home.glob("lake/*/landing/*.jsonl"):
            os.utime(path, (1, 1))  # nobody waits for it to stop growing
        command(home, "ingest", environ=environ)
        command(home, "run", "--limit", "0", environ=environ)
        roster_of(home, environ, NEW)
        plan, _ = measured(home, "plan", environ=environ)
        run, memory = measured(home, "run", "--limit", str(NEW), environ=environ)
    queue, publish = _apart(home)
    shutil.rmtree(home)
    return Week(run, memory, plan, queue, publish)


def _apart(home: Path) -> tuple[float, float]:
    """Seconds of one look into the queue for all providers, and of publishing."""
    settings = read_settings(environ={"LINERNOTES_HOME": str(home)})
    warehouse = open_warehouse(settings, home / "scratch")
    selection = select("incremental", SystemClock().now(), timedelta(days=7), priced=frozenset())
    limits = dict.fromkeys(settings.configs.providers, NEW)
    queue = min(timed(lambda: discover(warehouse, limits, selection)) for _ in range(3))
    publish = timed(warehouse.publish)
    warehouse.close()
    return queue, publish


def _write_plays(path: Path, artists: int) -> None:
    """Plays that tell ids, ten of each artist, of two tracks."""
    ids = artist_ids(artists)
    with path.open("wb") as file:
        for number, key in enumerate(islice(ids * PLAYS_EACH, artists * PLAYS_EACH)):
            file.write(ENCODE(_play(number, key)) + b"\n")


def _play(number: int, key: str) -> dict[str, object]:
    at = START + timedelta(seconds=40 * number)
    return {
        "playedAt": at.isoformat().replace("+00:00", "Z"),
        "playedAtMeans": "start",
        "trackName": f"Song {number % 2}",
        "artistName": f"Artist {key}",
        "albumName": "Album",
        "artistIds": [key],
        "source": "listenbrainz",
        "sourceKey": str(number),
    }
