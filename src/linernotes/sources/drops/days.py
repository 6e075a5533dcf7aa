"""What only all rows of a file show: a day that stands there twice, the sum of an artist's songs, zeros for nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from linernotes.core.names import name_key
from linernotes.core.values import Json
from linernotes.landing.lines import Reject
from linernotes.sources.drops.lines import DIFFERENT, Tally, reject

ABOUT = ("subjectId", "fromDay", "toDay", "playlistName", "playlistAuthor", "videoId")
OF_THE_ROW = {"sourceRow", "masked"}


def once_a_day(lines: Iterable[Json], file: str, tally: Tally) -> list[Json]:
    """The lines, each subject once a day: repeated rows count once, and of rows that differ neither counts."""
    kept: dict[tuple[Any, ...], Json | None] = {}
    made: list[Json] = []
    for line in lines:
        if "_reject" in line:
            made.append(line)
            continue
        key = tuple(map(line.get, ABOUT))
        if key not in kept:
            kept[key] = line
            continue
        before = kept[key]
        if before is not None and _numbers(before) == _numbers(line):
            tally.repeated += 1
            tally.rows -= 1
            continue
        made += [_refused(each, file, tally) for each in (before, line) if each is not None]
        kept[key] = None
    return [*(line for line in kept.values() if line is not None), *made]


def without_sum(lines: list[Json], tally: Tally) -> list[Json]:
    """The songs without the row of the artist that adds them up; a song that bears the artist's name stays."""
    songs = [line for line in lines if "_reject" not in line]
    named = [line for line in songs if name_key(line["trackName"] or "") == name_key(line["artistName"] or "")]
    if len(named) != 1 or len(songs) < 3:
        return lines
    others = sum(line["streams"] or 0 for line in songs if line is not named[0])
    if named[0]["streams"] != others:
        return lines
    tally.totals, tally.rows = tally.totals + 1, tally.rows - 1
    return [line for line in lines if line is not named[0]]


def without_hollow_zeros(lines: list[Json], tally: Tally) -> list[Json]:
    """The songs of all time without their listeners and saves, if the file has nothing but zeros there."""
    songs = [line for line in lines if "_reject" not in line]
    hollow = all(not line["listeners"] and not line["saves"] for line in songs)
    if not hollow or not any(line["streams"] for line in songs):
        return lines
    tally.notes.append("listeners and saves are 0 for every song, as Spotify writes what it does not count; left empty")
    return [line if "_reject" in line else {**line, "listeners": None, "saves": None} for line in lines]


def _numbers(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in OF_THE_ROW}


def _refused(line: Json, file: str, tally: Tally) -> Json:
    tally.rows, tally.rejected = tally.rows - 1, tally.rejected + 1
    told = {
        name: value
        for name, value in _numbers(line).items()
        if value is not None and name not in ("reading", "exportedAt")
    }
    return reject(Reject(DIFFERENT, "toDay"), file, line["sourceRow"], ", ".join(f"{k}={v}" for k, v in told.items()))
