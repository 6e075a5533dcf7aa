"""Import plays from a table: in the warehouse's reach, in another DuckDB file, or a Parquet, CSV or JSON file.

The rows are read in an order that does not change and land in parts of fixed sizes, so that reading them again lands
nothing new. How far a table was read is landed behind its rows, as a mark: see docs/decisions/0027.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from linernotes.core import sql
from linernotes.core.clock import instant
from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.core.text import first_of, nearest
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.runs.imports.repeats import counting_repeats
from linernotes.runs.imports.result import FoundFile, ImportResult
from linernotes.runs.lifecycle import import_lines, ingest_landing, run_in_session
from linernotes.runs.messages import file_line
from linernotes.runs.session import RunSession
from linernotes.sources.histories import table as plays_table
from linernotes.sources.histories.formats import Reader
from linernotes.sources.histories.reading import lines_from_rows
from linernotes.sources.histories.summary import FileSummary, trouble_with
from linernotes.sources.json_rows import json_rows
from linernotes.storage.foreign import open_table
from linernotes.storage.ports import ForeignTable
from linernotes.storage.warehouses.tables import TableQuery
from linernotes.storage.workspace import Workspace

PLAYS, MARKS = "plays/plays", "plays/table_marks"
PART_LINES = 100_000
BLOCK_LINES = 2_000
KINDS: dict[str, Callable[[str], Any]] = {"instant": datetime.fromisoformat, "number": Decimal, "text": str}
SINCE = "_since"  # the name that a row's value in the column of marks gets
SHOWN = 40
ENOUGH_LENGTHS, SHORTEST_LONGEST = 20, 10_000  # of so many plays, somebody heard one for longer than ten seconds


@dataclass(frozen=True, slots=True)
class TableOfPlays:
    """A table to import: its name as it was typed, columns by those of plays, and the column that tells newer rows."""

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    since: str | None = None

    @property
    def key(self) -> str:
        """What marks know it by: the same table read otherwise is read from its beginning."""
        place = str(Path(self.name.partition(":")[0]).resolve()) if Path(self.name.partition(":")[0]).exists() else ""
        told = [place, self.name.rpartition("/")[2] if place else self.name, sorted(self.columns.items())]
        return sha256(msgspec.json.encode(told)).hexdigest()[:16]


def inspect_table(workspace: Workspace, wanted: TableOfPlays) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """What an import of a table would find, and the error it would end with. Writes nothing."""
    with workspace.warehouse.reading(), closing(open_table(workspace, wanted.name)) as table:
        after = None
        with suppress(ConfigurationError):  # nothing was ever imported here
            after = _mark(workspace, wanted)
        reading = _Reading(workspace, table, wanted, after)
        workspace.progress.say(reading.columns_line)
        for _ in reading.lines():
            pass
        workspace.progress.say(*reading.doubts)
    return [reading.summary.report], trouble_with([reading.summary], dry_run=True)


def import_table(workspace: Workspace, wanted: TableOfPlays) -> ImportResult:
    """Import the plays of a table; with ``since``, those newer than the last import of it has seen.

    Raises:
        ConfigurationError: the table or a column does not exist, or nothing says when or what was played.
        Busy: another run holds the workspace.
    """
    found: list[tuple[FileSummary, LoadStats, int]] = []
    with closing(open_table(workspace, wanted.name)) as table:
        # What is wrong with the columns is said before anything is begun.
        workspace.progress.say(_Reading(workspace, table, wanted, None).columns_line)

    def work(session: RunSession) -> None:
        with closing(open_table(workspace, wanted.name)) as table:
            reading = _Reading(workspace, table, wanted, _mark(workspace, wanted))
            stats, repeated = counting_repeats(workspace, lambda: _land(session, reading))
            found.append((reading.summary, stats, repeated))

    session = run_in_session(workspace, "import plays", work, start="if built")
    summary, stats, repeated = found[0]
    files = (FoundFile.of_row(summary.report),)
    return ImportResult(stats, session.ingested.loaded > 0, files, session.error, repeated)


class _Reading:
    """One pass over a table: its lines, their counts, and the greatest value in the column of marks."""

    def __init__(self, workspace: Workspace, table: ForeignTable, wanted: TableOfPlays, after: Any) -> None:
        self.workspace, self.wanted, self.after, self.greatest = workspace, wanted, after, after
        self.summary = FileSummary(wanted.name.rpartition("/")[2], plays_table.TITLE)
        self._table, self._columns = table, _columns(wanted, table.columns)
        since = _existing(wanted.since, table.columns) if wanted.since else None
        self._query = TableQuery(self._columns | ({SINCE: since} if since else {}), since, after)
        self._lengths, self._longest = 0, 0

    @property
    def columns_line(self) -> str:
        """Which column is read as what, and which are not."""
        read = ", ".join(f"{name}={column}" for name, column in self._columns.items())
        others = [column for column in self._table.columns if column not in self._columns.values()]
        return f"{self.summary.name}: columns {read}" + (f"; not read: {first_of(others, SHOWN)}" if others else "")

    def lines(self) -> Iterator[bytes]:
        """The lines to land."""
        reader = LineReader(self.workspace.dataset(PLAYS), self.workspace.clock.now())
        opened = Reader(json_rows, plays_table.reader(plays_table.means_of(self._columns)))
        yield from lines_from_rows(self._rows(), opened, reader, self.summary, self._columns)

    def _rows(self) -> Iterator[tuple[int, bytes]]:
        for number, row in enumerate(self._table.fetch(self._query), 1):
            if number % BLOCK_LINES == 0:
                self.workspace.clock.check()
            value = row.pop(SINCE, None)
            if value is not None and (self.greatest is None or value > self.greatest):
                self.greatest = value
            self._measure(row.get("msPlayed"))
            yield number, msgspec.json.encode(row, enc_hook=str)

    def _measure(self, length: Any) -> None:
        with suppress(TypeError, ValueError, OverflowError):  # what is no length is the contract's to reject
            self._longest = max(self._longest, int(length))
            self._lengths += 1

    @property
    def doubts(self) -> list[str]:
        """What looks wrong about the columns once the rows are read."""
        if self._lengths < ENOUGH_LENGTHS or not 0 < self._longest < SHORTEST_LONGEST:
            return []
        column = self._columns["msPlayed"]
        return [
            f"{self.summary.name}: msPlayed={column} has no value above {self._longest:,}; if these are seconds, "
            "import a view or a file that has them times 1,000"
        ]


def _columns(wanted: TableOfPlays, there: Mapping[str, str]) -> dict[str, str]:
    """The table's column for each of those of a play.

    Raises:
        ConfigurationError: a given one does not exist, or one that a play needs was not found.
    """
    for name in wanted.columns:
        if name not in plays_table.SYNONYMS:
            remedy = nearest(name, list(plays_table.SYNONYMS))
            raise ConfigurationError(f"--map {name}: plays have no such column", remedy)
    given = {name: _existing(column, there) for name, column in wanted.columns.items()}
    found = plays_table.columns_of(there, given)
    if missing := plays_table.missing_columns(found):
        example = ",".join(f"{name}=COLUMN" for name in missing)
        columns = first_of(list(there), SHOWN)
        remedy = f"type --map {example}; its columns are: {columns}"
        raise ConfigurationError(f"import {wanted.name}: no column found for {', '.join(missing)}", remedy)
    return found


def _existing(column: str, there: Mapping[str, str]) -> str:
    """The column as the table writes it.

    Raises:
        ConfigurationError: there is none of that name.
    """
    found = column if column in there else next((name for name in there if name.casefold() == column.casefold()), None)
    if found is None:
        raise ConfigurationError(f"no column {column!r}", f"its columns are: {first_of(list(there), SHOWN)}")
    return found


def _land(session: RunSession, reading: _Reading) -> LoadStats:
    """Land and load the rows of a table, then the mark; returns the counts of the rows."""
    workspace, lines = session.workspace, reading.lines()
    # In scratch: a part cut off by a crash is read again from the table, and full ones are known by their content.
    spool = Spool(workspace.lake, workspace.scratch, workspace.dataset(PLAYS), session.run, workspace.clock, PART_LINES)
    while block := list(islice(lines, BLOCK_LINES)):
        spool.block(block)
    spool.seal()
    workspace.progress.say(file_line(reading.summary.report), *reading.doubts)
    ingest_landing(session)
    others = [name for name in session.ingested.poor_files if not name.startswith("plays/")]
    session.ingested = replace(session.ingested, poor_files=tuple(others))  # judged as a whole, and not per part
    session.trouble = trouble_with([reading.summary])
    done = session.own_counts
    _remember(session, reading)
    return done


def _mark(workspace: Workspace, wanted: TableOfPlays) -> Any:
    """The greatest value that an earlier import has seen; None without one."""
    if not wanted.since:
        return None
    found = workspace.warehouse.rows(
        sql.read("runs/imports/table_mark"), source=wanted.key, column=wanted.since.casefold()
    )
    row = next(found, None)
    return None if row is None else KINDS[row["kind"]](row["mark"])


def _remember(session: RunSession, reading: _Reading) -> None:
    """Land the new mark behind its rows: a crash before that only costs a second reading."""
    wanted, value = reading.wanted, reading.greatest
    if not wanted.since or value is None or value == reading.after:
        return
    kind = "instant" if isinstance(value, datetime) else "text" if isinstance(value, str) else "number"
    if isinstance(value, date) and kind == "number":
        kind, value = "instant", datetime(value.year, value.month, value.day, tzinfo=UTC)
    row = {
        "source": wanted.key,
        "sinceColumn": wanted.since.casefold(),
        "kind": kind,
        "mark": instant(value) if kind == "instant" else str(value),
        "rows": reading.summary.rows,
        "readAt": instant(session.workspace.clock.now()),
    }
    import_lines(session, MARKS, wanted.name, [row])
