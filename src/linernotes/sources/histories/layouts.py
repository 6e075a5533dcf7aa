"""Tables without headings: the layouts that exporters write, told by where the time stands and what repeats."""

import re
from collections.abc import Iterable, Sequence

from linernotes.sources.instants import NO_ORDER, moment_of

ENOUGH = 0.6  # of the sampled rows; the others may be broken, or what plays now
DATE, CLOCK = 10, (5, 8)  # characters of 2021-05-26, of 06:05 and of 06:05:49
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MONTH = re.compile(r"\d [A-Za-z]{3,9} \d")
SHORT_NUMBER = re.compile(r"\d{1,8}(?:[.,]\d*)?")  # no time since 1970, but a name or a length
Rows = Sequence[Sequence[str]]


def layout_of(rows: Rows, *, all_quoted: bool) -> tuple[str, ...]:
    """The plain names of the columns; empty if the rows have no known layout."""
    if not rows:
        return ()
    width = max(set(map(len, rows)), key=[len(row) for row in rows].count)
    rows = [row for row in rows if len(row) == width]
    if width >= 4 and _share(_is_date(row[0]) and _is_clock(row[1]) for row in rows) >= ENOUGH:
        return ("date", "time", "artist", "track")  # lastfm-backup-cli
    times = [place for place in range(width) if _share(_is_time(row[place]) for row in rows if row[place]) >= ENOUGH]
    if width >= 6 and times[:1] == [0] and _are_names(rows, 1, 2):
        return ("uts", "track", "artist", "album", "trackmbid", "artistmbid", "albummbid")[:width]  # lastexport.py
    if width == 4 and times[:1] == [3] and any(MONTH.search(row[3]) for row in rows):
        return ("artist", "album", "track", "date")  # lastfm-to-csv, whose months are words
    if times[:1] != [3] or width > 6 or not _are_names(rows, 0, 1, 2):
        return ()
    first, then = ("track", "album") if _names_tracks(rows, all_quoted=all_quoted) else ("album", "track")
    return ("artist", first, then, "datetime", "albumartist", "duration")[:width]  # Universal Scrobbler; Scrubbler


def _names_tracks(rows: Rows, *, all_quoted: bool) -> bool:
    """Whether the second of three names is the track: albums repeat themselves, and may be missing."""
    second, third = ([row[place] for row in rows] for place in (1, 2))
    if any(second) and any(third) and all(second) != all(third):
        return all(second)
    several = len(set(second)) - len(set(third))
    return several > 0 or (several == 0 and all_quoted)


def _are_names(rows: Rows, *places: int) -> bool:
    """Whether columns hold words: a log of something else has numbers, addresses and ids there."""
    texts = [row[place] for row in rows for place in places if row[place]]
    return (
        _share(any(map(str.isalpha, text)) and "://" not in text and not UUID.fullmatch(text) for text in texts)
        > ENOUGH
    )


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def _is_date(text: str) -> bool:
    return len(text) == DATE and _is_time(f"{text} 00:00")


def _is_clock(text: str) -> bool:
    return len(text) in CLOCK and _is_time(f"2021-01-01 {text}")


def _is_time(text: str) -> bool:
    if SHORT_NUMBER.fullmatch(text):
        return False
    try:
        moment_of(text)
    except ValueError as error:
        return str(error) == NO_ORDER
    return True
