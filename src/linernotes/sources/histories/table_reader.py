"""Reads the rows of one table of plays: names, times with or without a zone, and nothing that is private."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import IO

from linernotes.core.clock import instant
from linernotes.core.errors import ConfigurationError
from linernotes.core.zones import zone_named
from linernotes.sources.archives import Unread
from linernotes.sources.histories.columns import (
    ENDS,
    IN_UTC,
    MEANINGS,
    headings_among,
    is_heading,
    plain,
    value_of,
    values_of,
)
from linernotes.sources.histories.formats.base import Head, Reader, ReadOptions
from linernotes.sources.histories.play import (
    NotAPlay,
    Play,
    UnreadableFile,
    mbids,
    milliseconds,
    required_name,
    source_key,
    spotify_ids,
)
from linernotes.sources.histories.tables import Table
from linernotes.sources.instants import Moment, day_order
from linernotes.sources.json_rows import Row
from linernotes.sources.local_times import LocalTimes
from linernotes.sources.privacy import without_private

LASTFM, CSV = "lastfm", "csv"  # a row with Last.fm's own second is Last.fm's scrobble, whoever exported it
MOST_AHEAD = 64 << 20  # bytes read before the order of day and month has to be known
CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?")
DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2} \w{3,9} \d{4}")
COUNTED = re.compile(r"-?\d+(?:[.,]0*)?")
DATED = re.compile(rb"(?<!#)\b\d{4}")  # no heading has a year or a second in it, but every play has
NOT_KEPT = "(not kept: it may name an account)"
ALSO_SHOWN = {"albumartist", "albummbid", "trackmbid", "duration", "albumid"}
BOTH_ORDERS = Unread(
    "it is not clear whether its dates begin with the day or the month",
    "import it with --day-first or with --month-first",
)

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of a table's rows beyond their headings.

    ``source`` is None where the rows show whether they are Last.fm's; ``in_utc`` says that times without a zone are
    UTC, ``day_first`` how the exporter writes days; ``seconds_played`` is the column of how long it played; ``check``
    raises NotAPlay for a row that is none.
    """

    source: str | None = None
    means: str = "start"
    in_utc: bool = False
    day_first: bool | None = None
    seconds_played: str = ""
    check: Callable[[Cells], object] = lambda _row: None


def open_table(head: Head, options: ReadOptions, rules: Rules) -> Reader:
    """A reader of the table that a file begins.

    Raises:
        ValueError: the file does not begin a table of plays.
    """
    if not head.table:
        raise ValueError("not a table of plays")
    reader = TableReader(head.table, options, rules)
    return Reader(reader.rows, reader.read, reader.shown, reader.times)


class TableReader:
    """Reads one table from its first row to its last."""

    def __init__(self, table: Table, options: ReadOptions, rules: Rules) -> None:
        self._table, self._rules, self._dated = table, rules, False
        self.times = LocalTimes(options.zone, options.day_first, rules.day_first)
        self._set_columns(table.columns)

    def rows(self, source: IO[bytes]) -> Iterator[Row]:
        """The rows of the file; where the order of day and month is open, the rows themselves have to decide it.

        Raises:
            UnreadableFile: they do not.
        """
        rows = self._table.rows(source)
        if self.times.day_first is not None or not day_order(self._times(self._table.sample))[0]:
            yield from rows
            return
        ahead, size = [], 0
        for row in rows:
            ahead.append(row)
            size += len(row[1])
            if size > MOST_AHEAD:
                break
        _, proven = day_order(self._times(self._table.cells(row.decode("utf-8", "replace")) for _, row in ahead))
        if len(proven) != 1:
            raise UnreadableFile(BOTH_ORDERS)
        self.times.day_first = proven.pop()
        yield from ahead
        yield from rows

    def read(self, row: bytes) -> Play | None:
        """The play of a row; None for a heading, which tables that were joined have in the middle too."""
        values = [value.strip() for value in self._table.cells(row.decode("utf-8"))]
        if self._table.has_heading and not DATED.search(row) and is_heading(values):
            self._set_columns(tuple(map(plain, values)))
            return None
        if any(values[len(self._columns) :]):
            raise ValueError("more cells than columns: a name that holds the separator needs quotation marks")
        return self.play(dict(zip(self._columns, values, strict=False)))

    def shown(self, row: bytes) -> str:
        """The text of a bad row: the cells of columns that are known, since others may name accounts or devices."""
        text = row.decode("utf-8", "backslashreplace")
        kept = [name in MEANINGS or name in ALSO_SHOWN for name in self._columns]
        try:
            values = self._table.cells(text)
        except ValueError:
            return without_private(text) if all(kept) else NOT_KEPT
        line = io.StringIO()
        shown = [value if keep else "" for value, keep in zip(values, kept, strict=False)]
        csv.writer(line, delimiter=self._table.delimiter, lineterminator="").writerow(shown)
        return without_private(line.getvalue())

    def _set_columns(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._headings = headings_among(columns)

    def _times(self, rows: Iterable[Sequence[str]]) -> Iterator[str]:
        places = [place for place, name in enumerate(self._columns) if MEANINGS.get(name) == "time"]
        for row in rows:
            yield from (row[place].strip() for place in places if place < len(row))

    def play(self, row: Cells) -> Play:
        """The play of a row by its plain headings."""
        self._rules.check(row)
        headings = self._headings or headings_among(row)
        times = _with_clock(list(values_of(row, headings["time"])))
        if not times:
            if self._dated:
                raise ValueError("scrobble without a date")
            raise NotAPlay("playing now")
        self._dated = True
        heading, text = times[0]
        artist, track = (
            required_name(value_of(row, headings["artist"]), "artist"),
            required_name(value_of(row, headings["track"]), "track"),
        )
        moment = self._moment(heading, text, row)
        exact = self._rules.source or (LASTFM if COUNTED.fullmatch(text) else None)
        uris = spotify_ids([value_of(row, headings["uri"]) or ""], "track")
        return Play(
            playedAt=_written(moment.at),
            alsoPlayedAt=_written(moment.also) if moment.also else None,
            playedAtMeans="end" if self._rules.means == "end" or heading in ENDS else "start",
            source=exact or CSV,
            sourceKey=source_key(moment.second if exact else _written(moment.as_written), artist, track),
            msPlayed=milliseconds(value_of(row, headings["ms_played"]))
            or milliseconds(row.get(self._rules.seconds_played) or None, 1000),
            trackName=track,
            artistName=artist,
            albumName=value_of(row, headings["album"]),
            trackUri=f"spotify:track:{uris[0]}" if uris else None,
            isrc=value_of(row, headings["isrc"]),
            mbids=mbids([value_of(row, headings["artist_mbid"])]),
        )

    def _moment(self, heading: str, text: str, row: Cells) -> Moment:
        own = _zone(row.get("timezone"))
        return self.times.moment(text, own, in_utc=heading in IN_UTC, promised=self._rules.in_utc)


def _with_clock(times: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Times in order; a day and a time of day in two columns are one."""
    clocks = [text for _, text in times if CLOCK.fullmatch(text)]
    days = [(heading, text) for heading, text in times if not CLOCK.fullmatch(text)]
    if not days:
        return times
    return [(heading, f"{text} {clocks[0]}" if clocks and DAY.fullmatch(text) else text) for heading, text in days]


def _written(moment: datetime) -> str:
    return instant(moment.replace(microsecond=0))


def _zone(name: str | None) -> tzinfo | None:
    try:
        return zone_named(name) if name else None
    except ConfigurationError:
        return None
