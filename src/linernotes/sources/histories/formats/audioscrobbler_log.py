"""The ``.scrobbler.log`` of Rockbox and other players: tabs, and lines that begin with ``#`` about the player.

Its columns are artist, album, track, number, length, rating, second, MBID of the track. The second is when the play
began, by the player's clock: UTC where ``#TZ/UTC`` says so, else in the owner's zone. Rating S is a skip.
Key: the second as it is written, artist and track.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from typing import IO

from linernotes.core.clock import instant
from linernotes.sources.histories.formats.base import Format, Head, Reader, ReadOptions
from linernotes.sources.histories.play import NotAPlay, Play, required_name, source_key
from linernotes.sources.instants import Moment
from linernotes.sources.json_rows import Row
from linernotes.sources.local_times import LocalTimes

TITLE = "Audioscrobbler log of a player (.scrobbler.log)"
SOURCE = "audioscrobbler"
MARK, IN_UTC = "#AUDIOSCROBBLER", "#TZ/UTC"
COLUMNS = 7


def _rows(source: IO[bytes]) -> Iterator[Row]:
    text = TextIOWrapper(source, "utf-8", errors="surrogateescape")
    for number, line in enumerate(text, 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.rstrip("\n").replace("\0", "\ufffd").encode("utf-8", "surrogateescape")


def _read(times: LocalTimes | None, row: bytes) -> Play:
    cells = row.decode("utf-8").split("\t")
    if len(cells) < COLUMNS:
        raise ValueError(f"{len(cells)} columns in place of {COLUMNS}")
    artist, album, track, _, _, rating, second = (cell.strip() for cell in cells[:COLUMNS])
    if artist == "<Untagged>" or track == "<Untagged>":
        raise NotAPlay("track without tags")
    if not second.isdecimal():
        raise ValueError("its time is not a number of seconds since 1970")
    try:
        written = datetime.fromtimestamp(int(second), UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("invalid date or time") from None
    artist, track = required_name(artist, "artist"), required_name(track, "track")
    moment = times.read(written) if times else Moment(written, written)
    return Play(
        playedAt=instant(moment.at),
        alsoPlayedAt=instant(moment.also) if moment.also else None,
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(int(second), artist, track),
        trackName=track,
        artistName=artist,
        albumName=album or None,
        skipped=rating == "S",
    )


def _open(head: Head, options: ReadOptions) -> Reader:
    if IN_UTC in head.text.upper():
        return Reader(_rows, partial(_read, None))
    times = LocalTimes(options.zone, options.day_first)
    return Reader(_rows, partial(_read, times), times=times)


FORMAT = Format(TITLE, SOURCE, lambda head: head.text.lstrip().startswith(MARK), _open)
