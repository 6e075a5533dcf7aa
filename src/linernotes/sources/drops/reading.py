"""One exported file as lines: find out what it is and how it is written, ask for what it lacks, read its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import tee
from typing import Any

from linernotes.config.datasets import Dataset
from linernotes.config.drops import DAY, Drop
from linernotes.core.errors import ConfigurationError
from linernotes.core.recordings import recording_key
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.sources.archives import HistoryFile
from linernotes.sources.drops.dates import Dates, day_comes_first
from linernotes.sources.drops.days import once_a_day, without_hollow_zeros, without_sum
from linernotes.sources.drops.given import ALL, Given, Period, missing, period_of, said_by_name
from linernotes.sources.drops.headings import Known
from linernotes.sources.drops.lines import RowReader, Tally, Told, lines_of
from linernotes.sources.drops.numbers import Numbers, decimal_sign
from linernotes.sources.drops.table import Export, look_into, rows_of

ONLY_ACCOUNT = "main"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What earlier imports said: time zone and currency by source and account, the artist of a song by its title."""

    zones: Mapping[tuple[str, str], str] = field(default_factory=dict)
    currencies: Mapping[tuple[str, str], str] = field(default_factory=dict)
    artists: Mapping[tuple[str, str], str] = field(default_factory=dict)
    readings: frozenset[str] = frozenset()


@dataclass(slots=True)
class DropFile:
    """A file that can be read: its export, its name, whether it was read before, and what is counted as it is read."""

    drop: Drop
    file: str
    told: Told
    known: bool
    lines: Iterator[Json]
    tally: Tally


@dataclass(slots=True)
class _Written:
    """How a file writes its numbers and dates."""

    sign: str | None = None
    day_first: bool | None = None

    def look(self, known: Known, rows: Iterator[list[str]], kinds: Mapping[str, str]) -> None:
        """Look for the first number and the first date that can be read one way only."""
        places = {kind: [p for p, name in enumerate(known.columns) if name and kinds[name] in kind] for kind in KINDS}
        numbers, dates = tee(rows) if places[AMOUNTS] and places[DATES] else (rows, rows)
        if places[AMOUNTS]:
            self.sign = decimal_sign(_cells(numbers, places[AMOUNTS]))
        if places[DATES]:
            self.day_first = day_comes_first(_cells(dates, places[DATES]))


AMOUNTS, DATES = ("NUMERIC", "FLOAT64"), ("DATE",)
KINDS = (AMOUNTS, DATES)


class DropReader:
    """Reads files of some exports; what it has ``remembered`` answers for options that are not given.

    Raises:
        ConfigurationError: the export is said to come from the future.
    """

    def __init__(
        self,
        drops: Sequence[Drop],
        contracts: Mapping[str, Dataset],
        given: Given,
        remembered: Remembered,
        now: datetime,
    ) -> None:
        if given.as_of and given.as_of > now:
            raise ConfigurationError(
                "--as-of is in the future", "give the time of the export, such as 2026-11-29 or 2d"
            )
        self._drops, self._contracts, self._given = drops, contracts, given
        self._remembered, self._now = remembered, now

    def read(self, file: HistoryFile) -> DropFile:
        """A file, ready to be read.

        Raises:
            ConfigurationError: it is no export that is known, or an option has to say what it does not.
            BelowExpectations: it is empty or damaged.
        """
        written = _Written(self._given.decimal, self._given.day_first)

        def evidence(known: Known, rows: Iterator[list[str]]) -> None:
            found = _Written()
            found.look(known, rows, self._kinds(known.drop))
            written.sign = written.sign or found.sign
            written.day_first = found.day_first if written.day_first is None else written.day_first

        export = look_into(file, self._drops, evidence)
        told = self._told(file, export)
        tally = Tally()
        known = told.reading in self._remembered.readings
        return DropFile(
            export.known.drop, file.name, told, known, self._lines(file, export, told, written, tally), tally
        )

    def _kinds(self, drop: Drop) -> Mapping[str, str]:
        return {column.name: column.type for column in self._contracts[drop.dataset].columns} | {DAY: "DATE"}

    def _lines(self, file: HistoryFile, export: Export, told: Told, written: _Written, tally: Tally) -> Iterator[Json]:
        drop, contract = export.known.drop, self._contracts[export.known.drop.dataset]
        numbers = Numbers(written.sign, told.values.get("currency"))
        rows = RowReader(export.known, contract, told, numbers, Dates(written.day_first))
        lines: Iterable[Json] = lines_of(rows_of(file, export), rows, LineReader(contract, self._now), file.name, tally)
        if drop.grain in ("artist_day", "track_day", "track_period", "playlist_period", "video_period"):
            lines = once_a_day(lines, file.name, tally)
        if drop.grain == "track_period" and "artist" in drop.needs:
            lines = without_sum(list(lines), tally)
        if drop.drop == "spotify_songs" and told.values.get("fromDay") is None:
            lines = without_hollow_zeros(list(lines), tally)
        yield from lines

    def _told(self, file: HistoryFile, export: Export) -> Told:
        drop, columns = export.known.drop, set(export.known.columns)
        as_of = self._given.as_of or self._made(file)
        said = said_by_name(drop, file.name)
        values: dict[str, Any] = {}
        if "artist" in drop.needs and "artistName" not in columns:
            song = self._given.song or said.get("song")
            remembered = self._remembered.artists.get((drop.source, recording_key(song))) if song else None
            values["artistName"] = self._given.artist or said.get("artist") or remembered
        if "song" in drop.needs or (self._given.song and "trackName" not in columns):
            values["trackName"] = self._given.song or said.get("song")
        if "period" in drop.needs and not columns & {DAY, "toDay"}:
            values |= self._period(drop, file, said, as_of)
        if drop.dataset == "streams/campaigns":
            values |= self._of_account(drop, columns, export.known.currency)
        elif drop.currency == "header":
            values["currency"] = export.known.currency or self._given.currency
        _refuse_missing(drop, file.name, values)
        how = sorted(values.items()), as_of, self._given.decimal, self._given.day_first
        reading = sha256(f"{export.digest} {how}".encode()).hexdigest()
        return Told(values, as_of, _digest(export.digest, said), reading[:16])

    def _period(self, drop: Drop, file: HistoryFile, said: Mapping[str, str], as_of: datetime) -> dict[str, Any]:
        text = self._given.period or said.get("period")
        if not text:
            raise missing(file.name, drop.title, "period")
        period: Period = period_of(text.casefold() if text.casefold() == ALL else text, as_of)
        return {"fromDay": period.first, "toDay": period.last}

    def _of_account(self, drop: Drop, columns: set[str | None], currency: str | None) -> dict[str, Any]:
        account = self._given.account or ONLY_ACCOUNT
        key = drop.source, account
        zone = self._given.time_zone or self._remembered.zones.get(key)
        values: dict[str, Any] = {"account": account, "timeZone": zone}
        if drop.currency == "header" and "spend" in columns:
            values["currency"] = currency or self._given.currency or self._remembered.currencies.get(key)
        return values

    def _made(self, file: HistoryFile) -> datetime:
        """When a file was made, as far as its time tells; never in the future."""
        if file.modified is None:
            return self._now
        return min(self._now, datetime.fromtimestamp(int(file.modified), UTC))


MISSING = {
    "artistName": "artist",
    "trackName": "song",
    "timeZone": "--time-zone, such as Europe/Paris",
    "currency": "--currency, such as EUR",
}


def _refuse_missing(drop: Drop, file: str, values: Mapping[str, Any]) -> None:
    for column, what in MISSING.items():
        if column in values and values[column] is None:
            raise missing(file, drop.title, what)


def _cells(rows: Iterable[list[str]], places: Sequence[int]) -> Iterator[str]:
    return (row[place] for row in rows for place in places if place < len(row))


def _digest(content: str, said: Mapping[str, str]) -> str:
    """The hash of a file, with what its name says: two songs that nobody hears have the same content."""
    return sha256(f"{content} {sorted(said.items())}".encode()).hexdigest() if said else content
