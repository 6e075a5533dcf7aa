"""The rows of an export as lines of its dataset: each with its subject, its days, and when the export was made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec

from linernotes.config.datasets import Dataset
from linernotes.config.drops import DAY
from linernotes.core.clock import instant
from linernotes.core.identifiers import canonical_isrc, spotify_id
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader, Reject
from linernotes.sources.drops.dates import Dates
from linernotes.sources.drops.headings import Known, repaired
from linernotes.sources.drops.numbers import NOTHING, Masked, Numbers
from linernotes.sources.drops.subjects import subject_of
from linernotes.sources.drops.table import Row
from linernotes.sources.rows import RAW_CHARACTERS
from linernotes.sources.tables import UNBALANCED

TOO_MANY_CELLS = "more cells than the heading has; a cell with the separator in it needs quotation marks"
DIFFERENT = "the file has this day twice, with different numbers; neither counts"
UPC = range(8, 15)  # digits
NAMES = frozenset({"campaignName", "adSetName", "adName", "trackName", "artistName", "playlistName", "resultType"})


@dataclass(frozen=True, slots=True)
class Told:
    """What is true of all rows of a file: its columns by name, when it was made, its hash and that of its reading."""

    values: Mapping[str, Any]
    as_of: datetime
    digest: str
    reading: str


@dataclass(slots=True)
class Tally:
    """What became of the rows of a file; complete once its lines are taken."""

    rows: int = 0
    rejected: int = 0
    totals: int = 0
    repeated: int = 0
    masked: int = 0
    first: date | None = None
    last: date | None = None
    notes: list[str] = field(default_factory=list)

    def seen(self, line: Mapping[str, Any]) -> None:
        """Count a good row."""
        self.rows += 1
        self.masked += bool(line["masked"])
        last: date = line.get("toDay") or line["saleMonth"]
        first: date = line.get("fromDay") or last
        self.first, self.last = min(self.first or first, first), max(self.last or last, last)


class RowReader:
    """Turns the rows of one file into lines."""

    def __init__(self, known: Known, contract: Dataset, told: Told, numbers: Numbers, dates: Dates) -> None:
        self._drop, self._told, self._numbers, self._dates = known.drop, told, numbers, dates
        kinds = {column.name: column.type for column in contract.columns} | {DAY: "DATE"}
        named = [(place, name) for place, name in enumerate(known.columns) if name]
        self._cells = [(place, name, self._value_of(name, kinds[name])) for place, name in named]
        self._labels = [place for place, name in named if kinds[name] in ("STRING", "DATE")]
        self._named = {place for place, name in named if name in NAMES}
        self._width, self._made_on = len(known.columns), told.as_of.date()
        self._lacking = next((p for p, name, _ in self._cells if name == self._drop.totals_lack), None)
        self._totals, self._rolled_up = frozenset(self._drop.totals), frozenset(self._drop.rolled_up)
        self._common = {"source": self._drop.source, "grain": self._drop.grain, **self._drop.fixed, **told.values}
        self._tail = {"exportedAt": instant(told.as_of), "sourceFile": told.digest[:16], "reading": told.reading}

    def adds_up_others(self, cells: list[str]) -> bool:
        """Whether a row is the sum of others."""
        if self._totals:
            label = next((text for place in self._labels if (text := _cell(cells, place))), "")
            if label.partition(":")[0].strip().casefold() in self._totals:
                return True
        if self._lacking is not None and not _cell(cells, self._lacking):
            return True
        return bool(self._rolled_up) and any(
            cell.strip().casefold() in self._rolled_up for place, cell in enumerate(cells) if place not in self._named
        )

    def line(self, number: int, cells: list[str] | None) -> dict[str, Any]:
        """The line of a row.

        Raises:
            Reject: a cell cannot be read.
        """
        if cells is None:
            raise Reject(UNBALANCED)
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            raise Reject(TOO_MANY_CELLS)
        values, masked = dict(self._common), []
        for place, name, value_of in self._cells:
            try:
                value = value_of(cells[place].strip() if place < len(cells) else "")
            except Masked:
                masked.append(name)
                continue
            except ValueError as error:
                raise Reject(str(error), name) from None
            if value is not None or name not in values:
                values[name] = value
        if (day := values.pop(DAY, None)) is not None:
            values["fromDay"] = values["toDay"] = day
        values["masked"] = masked
        values["subjectId"] = subject_of(self._drop.grain, self._drop.source, values)
        values["settled"] = self._settled(values.get("toDay"))
        values["sourceRow"] = number
        return values | self._tail

    def _value_of(self, name: str, kind: str) -> Callable[[str], Any]:
        """What makes a value of a column's cells."""
        match kind:
            case "INT64":
                return self._numbers.whole
            case "NUMERIC":
                return self._numbers.decimal
            case "FLOAT64":
                return self._float
            case "DATE" if name == "saleMonth":
                return self._dates.month
            case "DATE":
                return self._dates.day if name in (DAY, "fromDay", "toDay") else self._day_if_any
        return partial(_text, name)

    def _float(self, text: str) -> float | None:
        number = self._numbers.decimal(text)
        return None if number is None else float(number)

    def _day_if_any(self, text: str) -> date | None:
        return None if text.casefold() in NOTHING else self._dates.day(text)

    def _settled(self, day: date | None) -> bool:
        days = self._drop.settles_after_days
        return days is None or day is None or (self._made_on - day).days >= days


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _text(name: str, text: str) -> str | None:
    """A text as it is stored; ids that are none are left out."""
    if name == "isrc":
        return canonical_isrc(text) or None
    if name == "spotifyTrackId":
        return spotify_id(text, "track") or None
    if name == "upc":
        return text if text.isdigit() and len(text) in UPC else None
    if name == "currency":
        return text.upper() or None
    return repaired(text) or None


def lines_of(rows: Iterator[Row], reader: RowReader, checked: LineReader, file: str, tally: Tally) -> Iterator[Json]:
    """The lines of the rows, bad ones as rejects with their text; what adds up others and blank rows are none."""
    for number, text, cells in rows:
        if cells is not None and reader.adds_up_others(cells):
            tally.totals += 1
            continue
        try:
            line = reader.line(number, cells)
            checked.read(msgspec.json.encode(line))
        except Reject as error:
            tally.rejected += 1
            yield reject(error, file, number, text)
            continue
        tally.seen(line)
        yield line


def reject(error: Reject, file: str, number: int, text: str) -> Json:
    """The line of a row that is rejected."""
    raw = text[:RAW_CHARACTERS]
    return {"_reject": {"file": file, "line": number, "field": error.field, "reason": error.reason, "raw": raw}}
