"""linernotes as a process of its own: run, timed and weighed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from linernotes.sandbox import Generated

BAD_DATA = 4  # the exit code
NOTHING: Mapping[str, str] = {}
# Services of the sandbox are asked as fast as they answer.
HURRIED = {
    f"LINERNOTES_{name}__PER_SECOND": "100000"
    for name in (
        *("SPOTIFY", "SPOTIFY_TRACKS", "DEEZER", "LASTFM", "MUSICBRAINZ", "LISTENBRAINZ", "WIKIDATA", "APIFY"),
        *("DISCOGS", "RECCOBEATS"),
    )
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the result; ``limit`` is what ``ratio`` may be at most."""

    what: str
    measured: str
    against: str
    ratio: float
    limit: float


def command(home: Path, *arguments: str, environ: Mapping[str, str] = NOTHING) -> None:
    """Run it to its end; anything but 0 ends the benchmark."""
    known = {**_environ(home), **environ}
    done = subprocess.run(
        [sys.executable, "-m", "linernotes", *arguments], env=known, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"linernotes {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")


def refused(home: Path, *arguments: str) -> None:
    """Run a command that has to fail because of its input; anything else ends the benchmark."""
    words = [sys.executable, "-m", "linernotes", *arguments]
    done = subprocess.run(words, env=_environ(home), capture_output=True, text=True, check=False)
    if done.returncode != BAD_DATA:
        sys.exit(f"linernotes {' '.join(arguments)}: exit {done.returncode} where {BAD_DATA} is right: {done.stderr}")


def measured(home: Path, *arguments: str, environ: Mapping[str, str] = NOTHING) -> tuple[float, float]:
    """Seconds and MiB of a command."""
    began = time.monotonic()
    # wait4 tells of this process alone; what all children used at most would be the largest of the whole benchmark.
    words = [sys.executable, "-m", "linernotes", *arguments]
    _, status, usage = os.wait4(os.posix_spawn(sys.executable, words, {**_environ(home), **environ}), 0)
    if status:
        sys.exit(f"linernotes {' '.join(arguments)}: exit {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def roster_of(home: Path, environ: Mapping[str, str], number: int) -> None:
    """Import that many of the sandbox's artists."""
    catalogue, path = Generated(), home.with_suffix(".csv")
    path.write_text("artistId\n" + "".join(f"{catalogue.id_at(index)}\n" for index in range(number)), encoding="utf-8")
    command(home, "import", "roster", str(path), environ=environ)


def _environ(home: Path) -> dict[str, str]:
    known = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**known, "LINERNOTES_HOME": str(home)}
