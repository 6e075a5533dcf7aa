"""One pass over a table, or over several files that are one: their lines, counts, and how far they were read."""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from linernotes.core.text import first_of
from linernotes.landing.lines import LineReader
from linernotes.runs.imports.table_columns import SHOWN, columns_of_plays, existing_column, value_columns
from linernotes.runs.imports.table_marks import Reading, mark_of, reading_of
from linernotes.runs.imports.table_order import Order, order_of
from linernotes.sources.histories import table as plays_table
from linernotes.sources.histories.formats import Reader, ReadOptions
from linernotes.sources.histories.reading import lines_from_rows
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.json_rows import json_rows
from linernotes.sources.local_times import LocalTimes
from linernotes.storage.foreign import is_pattern, names_behind, open_table
from linernotes.storage.warehouses.tables import LINE, TableQuery
from linernotes.storage.workspace import Workspace

PLAYS = "plays/plays"
BLOCK_LINES = 2_000
SINCE = "_since"  # the name that a row's value in the column of marks gets
ENOUGH_LENGTHS, SHORTEST_LONGEST = 20, 10_000  # of so many plays, somebody heard one for longer than ten seconds
WITHOUT_ZONE = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME")


@dataclass(frozen=True, slots=True)
class TableOfPlays:
    """A table to import: its name as it was typed, columns by those of plays, and the column that tells newer rows.

    The name may be a pattern of files; ``others`` are more tables, which are read as if they were one with it.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    since: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that were typed."""
        return (self.name, *self.others)

    @property
    def title(self) -> str:
        """What messages call it."""
        return first_of([_short(name) for name in self.names], 1)

    @property
    def key(self) -> str:
        """What marks know it by: the same table read otherwise is read from its beginning."""
        told = [part for name in self.names for part in _told(name)]
        return sha256(msgspec.json.encode([*told, sorted(self.columns.items())])).hexdigest()[:16]


class TableReading:
    """One pass over a table: its lines, their counts, and the greatest value in the column of marks."""

    def __init__(self, workspace: Workspace, wanted: TableOfPlays) -> None:
        """Look at the columns of the table and of every file that it is made of.

        Raises:
            ConfigurationError: the table or a column does not exist, or nothing says when or what was played.
        """
        self.workspace, self.wanted = workspace, wanted
        self._parts = {name: self._columns_in(name) for name in names_behind(wanted.names)}
        self._there = {column: kind for part in self._parts.values() for column, kind in part.items()}
        self._columns = columns_of_plays(wanted.title, wanted.columns, self._there)
        self.since = existing_column(wanted.since, self._there) if wanted.since else None
        self.order = self._order(self.since) if self.since else None
        self.summaries = [FileSummary(_short(name), plays_table.TITLE) for name in self._parts]
        self.after = self.greatest = None
        self.reading = Reading(wanted.options, first=True)
        self.times = LocalTimes(wanted.options.zone, wanted.options.day_first)
        self._lengths, self._longest = 0, 0

    def remember(self) -> None:
        """Go on from where the last import has ended, and read times as it has."""
        self.reading = reading_of(self.workspace, self.wanted.key, self.wanted.options)
        self.times = LocalTimes(self.reading.options.zone, self.reading.options.day_first)
        if self.since and self.order and not self.reading.anew:
            self.after = self.greatest = mark_of(self.workspace, self.wanted.key, self.since, self.order)

    @property
    def columns_line(self) -> str:
        """Which column is read as what, and which are not."""
        read = ", ".join(f"{name}={column}" for name, column in self._columns.items())
        others = [column for column in value_columns(self._there) if column not in self._columns.values()]
        not_read = f"; not read: {first_of(others, SHOWN)}" if others else ""
        return f"{self.wanted.title}: columns {read}{not_read}"

    def lines(self) -> Iterator[bytes]:
        """The lines to land."""
        reader = LineReader(self.workspace.dataset(PLAYS), self.workspace.clock.now())
        means = plays_table.means_of(self._columns)
        opened = Reader(json_rows, plays_table.reader(self.times, means, self.reading.options.rereads))
        for name, summary in zip(self._parts, self.summaries, strict=True):
            yield from lines_from_rows(self._rows(name), opened, reader, summary, self._columns)

    @property
    def notes(self) -> list[str]:
        """What its owner should know once the rows are read."""
        notes = self.times.notes()
        changed = [self.reading.note] if self.reading.note and not self.times.idle() else []
        return [f"{self.wanted.title}: {note}" for note in [*changed, *notes, *self._doubts()]]

    def _columns_in(self, name: str) -> dict[str, str]:
        with closing(open_table(self.workspace, name)) as table:
            return table.columns

    def _order(self, since: str) -> Order:
        kinds = {part[since].upper() for part in self._parts.values() if since in part}
        return order_of(since, kinds, lambda: self._values(since))

    def _values(self, column: str) -> Iterator[Any]:
        for name, there in self._parts.items():
            if column in there:
                with closing(open_table(self.workspace, name)) as table:
                    yield from (row[SINCE] for row in table.fetch(TableQuery({SINCE: column})))

    def _rows(self, name: str) -> Iterator[tuple[int, bytes]]:
        with closing(open_table(self.workspace, name)) as table:
            for number, row in enumerate(table.fetch(self._query(table.columns)), 1):
                if number % BLOCK_LINES == 0:
                    self.workspace.clock.check()
                line = row.pop(LINE, number)
                if self._is_newer(row.pop(SINCE, None)):
                    self._measure(row.get("msPlayed"))
                    yield line, msgspec.json.encode(self._as_written(row, table.columns), enc_hook=str)

    def _query(self, there: Mapping[str, str]) -> TableQuery:
        columns = {name: column for name, column in self._columns.items() if column in there}
        if self.since is None or self.since not in there:
            return TableQuery(columns)
        after = self.after if self.order and self.order.in_query else None
        return TableQuery(columns | {SINCE: self.since}, self.since, after)

    def _is_newer(self, value: Any) -> bool:
        """Whether a row is beyond the mark; moves the mark."""
        if self.order is None:
            return True
        found = self.order.value(value)
        if found is None:
            return self.after is None
        self.greatest = found if self.greatest is None or found > self.greatest else self.greatest
        return self.after is None or bool(found > self.after)

    def _as_written(self, row: dict[str, Any], there: Mapping[str, str]) -> dict[str, Any]:
        """The row with an instant of no zone as such, and with objects that DuckDB has left as text."""
        kind = there.get(self._columns["playedAt"], "")
        if kind in WITHOUT_ZONE and row.get("playedAt") is not None:
            row["playedAt"] = row["playedAt"].replace(tzinfo=None).isoformat()
        for name, column in self._columns.items():
            if there.get(column) == "JSON" and str(row.get(name)).startswith(("{", "[")):
                with suppress(msgspec.DecodeError):
                    row[name] = msgspec.json.decode(row[name])
        return row

    def _measure(self, length: Any) -> None:
        with suppress(TypeError, ValueError, OverflowError):  # what is no length is the contract's to reject
            self._longest = max(self._longest, int(length))
            self._lengths += 1

    def _doubts(self) -> list[str]:
        if self._lengths < ENOUGH_LENGTHS or not 0 < self._longest < SHORTEST_LONGEST:
            return []
        column = self._columns["msPlayed"]
        return [
            f"msPlayed={column} has no value above {self._longest:,}; if these are seconds, "
            "import a view or a file that has them times 1,000"
        ]


def _told(name: str) -> list[str]:
    """A name with its place on this machine, if it is a file's."""
    file = Path(name.partition(":")[0])
    place = str(file.resolve()) if file.exists() or is_pattern(name) else ""
    return [place, name.rpartition("/")[2] if place else name]


def _short(name: str) -> str:
    return name.rpartition("/")[2]
