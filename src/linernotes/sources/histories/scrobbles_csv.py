"""Scrobbles in the CSV of the usual exporters.

Without a heading: artist, album, track and ``22 Nov 2024 11:55``, UTC, to the minute. With one: seconds since 1970 in
``uts`` (or milliseconds in ``Date#...``, whose heading also names the account) next to names and MusicBrainz ids. Where
the second is known the key is that of Last.fm's own scrobble; else it is the minute, artist and track.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from linernotes.core.clock import instant
from linernotes.sources.csv_rows import cells, delimiter_of
from linernotes.sources.histories import lastfm
from linernotes.sources.histories.play import NotAPlay, Play, at_second, mbids, required_name, source_key

TITLE = "scrobbles in CSV"
SOURCE = "csv"
WITHOUT_HEADING = ("artist", "album", "track", "utc_time")
TIMES = ("uts", "timestamp", "date", "utc_time", "time")
WRITTEN = ("%d %b %Y %H:%M", "%d %b %Y, %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ")
MINUTE = re.compile(r"\d{1,2} \w{3} \d{4},? \d{2}:\d{2}")
MILLISECONDS = 10**11  # as seconds, the year 5138


def begins(head: str) -> bool:
    """Whether a text begins like a table of scrobbles."""
    return bool(_columns(head))


def reader(head: str) -> Callable[[bytes], Play | None]:
    """A reader of one row, by the columns of the first one; it returns None for the heading."""
    columns, delimiter = _columns(head), delimiter_of(_first(head))

    def read(row: bytes) -> Play | None:
        values = cells(row.decode("utf-8"), delimiter)
        if values is None:
            raise ValueError("invalid CSV: unbalanced quotes or a field that is too long")
        if _heading(values):
            return None
        return _play({column: value.strip() for column, value in zip(columns, values, strict=False)})

    return read


def _play(row: dict[str, str]) -> Play:
    times = [row[column] for column in TIMES if row.get(column)]
    if not times:
        raise NotAPlay("playing now")
    artist, track = required_name(row.get("artist"), "artist"), required_name(row.get("track"), "track")
    second = _second(times[0])
    at = at_second(second) if second else _minute(times[0])
    return Play(
        playedAt=at,
        playedAtMeans="start",
        source=lastfm.SOURCE if second else SOURCE,
        sourceKey=source_key(second or at, artist, track),
        trackName=track,
        artistName=artist,
        albumName=row.get("album") or None,
        mbids=mbids([row.get("artist_mbid")]),
    )


def _second(text: str) -> int | None:
    if not text.isdecimal():
        return None
    return int(text) // 1000 if int(text) > MILLISECONDS else int(text)


def _minute(text: str) -> str:
    for form in WRITTEN:
        with suppress(ValueError):
            return instant(datetime.strptime(text, form).replace(tzinfo=UTC))
    raise ValueError("unknown date format")


def _columns(head: str) -> tuple[str, ...]:
    """The columns of a table of scrobbles; empty for any other table."""
    delimiter = delimiter_of(_first(head))
    if names := _heading(cells(_first(head), delimiter) or []):
        return names
    rows = [cells(line, delimiter) or [] for line in head.splitlines()[:5] if line.strip()]
    return WITHOUT_HEADING if any(len(row) == 4 and MINUTE.fullmatch(row[3]) for row in rows) else ()


def _heading(values: list[str]) -> tuple[str, ...]:
    names = tuple(value.strip().casefold().partition("#")[0] for value in values)
    return names if {"artist", "track"} <= set(names) and set(names) & set(TIMES) else ()


def _first(head: str) -> str:
    return next((line for line in head.splitlines() if line.strip()), "")
