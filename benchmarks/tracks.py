"""Tracks and labels: the calls that a thousand of them take, and a queue of a hundred thousand."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.commands import HURRIED, Measure, command, measured, roster_of, timed
from linernotes.sandbox import Generated, Sandbox
from linernotes.sandbox.world.base62 import new_id
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener, Track

NUMBER = 1_000
LISTED = 100_000
FROM_IDS, FROM_CODES = 70, 45
LATEST, MOST_FREQUENT = 60, 500
LABELS = ("musicbrainz", "listenbrainz_releases", "musicbrainz_releases")
OF_LABELS = ("GET /listenbrainz/1/metadata/artist/", "GET /musicbrainz/ws/2/release")
FAST = HURRIED | {
    f"LINERNOTES_{name}__PER_SECOND": "100000" for name in ("MUSICBRAINZ_RELEASES", "LISTENBRAINZ_RELEASES")
}
COLUMNS: dict[str, Callable[[Track], str | None]] = {
    "spotify_id": lambda track: track.id,
    "isrc": lambda track: track.isrc,
}


def tracks(work: Path) -> list[Measure]:
    """The calls for tracks by their ids and by their codes, those for labels by both methods, and a long queue."""
    return [
        _asked(work, "spotify_id", FROM_IDS),
        _asked(work, "isrc", FROM_CODES),
        *_labels(work),
        *_queue(work),
    ]


def _asked(work: Path, column: str, most: int) -> Measure:
    """The calls of a run for tracks that nothing is known of but an id or a code."""
    home = work / f"tracks-{column}"
    with Sandbox(Generated()) as sandbox:
        environ = {**sandbox.environment(), **FAST, "RECCOBEATS_ENABLED": ""}
        wanted = islice(dict.fromkeys(str(COLUMNS[column](track)) for track in _known()), NUMBER)
        _list(home, column, wanted)
        sandbox.reset()
        command(home, "run", "--entity", "track", environ=environ)
        calls = sandbox.calls()["total"]
    return _counted(f"{NUMBER:,} tracks by {column}", calls, most)


def _labels(work: Path) -> list[Measure]:
    """The calls for the labels of artists, by the latest release and then by the most frequent of twenty."""
    home, only = work / "labels", [word for name in LABELS for word in ("--provider", name)]
    counted = []
    with Sandbox(Generated()) as sandbox:
        environ = {**sandbox.environment(), **FAST}
        roster_of(home, environ, NUMBER)
        for method, most in (("latest_release", LATEST), ("most_frequent", MOST_FREQUENT)):
            sandbox.reset()
            command(home, "run", "--mode", "backfill", *only, environ={**environ, "LABEL_RESOLUTION_METHOD": method})
            made = sandbox.calls()["calls"]
            calls = sum(made.get(route, 0) for route in OF_LABELS)
            counted.append(_counted(f"labels of {NUMBER:,} artists, {method}", calls, most))
    return counted


def _queue(work: Path) -> list[Measure]:
    """What a run finds to do among many tracks that nobody has asked about; no service is asked.

    What the command takes over an empty library, which is Python and DuckDB starting, is not discovering.
    """
    home, empty = work / "queue", work / "nothing"
    _list(home, "spotify_id", (new_id("track", 7, number) for number in range(LISTED)))
    environ = {"SPOTIFY_CLIENT_ID": "nobody", "SPOTIFY_CLIENT_SECRET": "nobody"}
    looking = ("run", "--entity", "track", "--mode", "backfill", "--dry-run")
    for each in (home, empty):
        command(each, *looking, environ=environ)  # makes the hub
    start = min(timed(lambda: command(empty, *looking, environ=environ)) for _ in range(3))
    seconds = min(timed(lambda: command(home, *looking, environ=environ)) for _ in range(3)) - start
    _, memory = measured(home, *looking, environ=environ)
    return [
        Measure(f"discover {LISTED:,} listed tracks", f"{seconds:.2f} s", "1.00 s", seconds, 1.0),
        Measure("the same: memory at its highest", f"{memory:.0f} MiB", "1,024 MiB", memory / 1024, 1.0),
    ]


def _known() -> Iterator[Track]:
    """The tracks of the sandbox that Spotify still has."""
    listener = Listener(Generated(), circle=LARGEST_CIRCLE)
    return (each for several in listener.repertoire() for each in several if each.id and listener.track(each.id))


def _list(home: Path, column: str, values: Iterator[str]) -> None:
    """Import a list of tracks that has this column alone."""
    path = home.with_suffix(".csv")
    path.write_text(f"{column}\n" + "".join(f"{value}\n" for value in values), encoding="utf-8")
    command(home, "import", "tracks", str(path))


def _counted(what: str, calls: int, most: int) -> Measure:
    return Measure(f"calls for {what}", f"{calls:,}", f"{most:,}", calls / most, 1.0)
