"""Import plays from a table: in the warehouse's reach, in another DuckDB file, or a Parquet, CSV or JSON file.

The rows are read in an order that does not change and land in parts of fixed sizes, so that reading them again lands
nothing new. How far a table was read is landed behind its rows, as a mark: see docs/decisions/0027.
"""

from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.landing.spool import Spool
from linernotes.runs.imports.repeats import Brought, counting_repeats
from linernotes.runs.imports.result import FoundFile, ImportResult
from linernotes.runs.imports.table_marks import remember_mark, remember_reading
from linernotes.runs.imports.table_reading import BLOCK_LINES, PLAYS, TableOfPlays, TableReading
from linernotes.runs.lifecycle import ingest_landing, run_in_session
from linernotes.runs.messages import file_line
from linernotes.runs.session import RunSession
from linernotes.sources.histories.summary import total_row, trouble_with
from linernotes.storage.workspace import Workspace

__all__ = ["TableOfPlays", "import_table", "inspect_table"]
PART_LINES = 100_000


def inspect_table(workspace: Workspace, wanted: TableOfPlays) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """What an import of a table would find, and the error it would end with. Writes nothing."""
    with workspace.warehouse.reading():
        reading = TableReading(workspace, wanted)
        with suppress(ConfigurationError):  # nothing was ever imported here
            reading.remember()
        workspace.progress.say(reading.columns_line)
        for _ in reading.lines():
            pass
        workspace.progress.say(*reading.notes)
    total = [total_row(reading.summaries)] if len(reading.summaries) > 1 else []
    return [*(summary.report for summary in reading.summaries), *total], trouble_with(reading.summaries, dry_run=True)


def import_table(workspace: Workspace, wanted: TableOfPlays) -> ImportResult:
    """Import the plays of a table; with ``since``, those newer than the last import of it has seen.

    Raises:
        ConfigurationError: the table or a column does not exist, or nothing says when or what was played.
        Busy: another run holds the workspace.
    """
    found: list[tuple[TableReading, LoadStats, Brought]] = []
    # What is wrong with the columns is said before anything is begun.
    workspace.progress.say(TableReading(workspace, wanted).columns_line)

    def work(session: RunSession) -> None:
        reading = TableReading(workspace, wanted)
        reading.remember()
        stats, brought = counting_repeats(workspace, lambda: _land(session, reading))
        found.append((reading, stats, brought))

    session = run_in_session(workspace, "import plays", work, start="if built")
    reading, stats, brought = found[0]
    files = tuple(FoundFile.of_row(summary.report) for summary in reading.summaries)
    counts = brought.counts(sum(file.plays for file in files))
    rejected = sum(file.rejected for file in files)
    return ImportResult(stats, session.ingested.loaded > 0, files, session.error, **counts, rejected=rejected)


def _land(session: RunSession, reading: TableReading) -> LoadStats:
    """Land and load the rows of a table, then the marks; returns the counts of the rows."""
    workspace, lines = session.workspace, reading.lines()
    # In scratch: a part cut off by a crash is read again from the table, and full ones are known by their content.
    spool = Spool(workspace.lake, workspace.scratch, workspace.dataset(PLAYS), session.run, workspace.clock, PART_LINES)
    while block := list(islice(lines, BLOCK_LINES)):
        spool.block(block)
    spool.seal()
    workspace.progress.say(*(file_line(summary.report) for summary in reading.summaries), *reading.notes)
    ingest_landing(session)
    others = [name for name in session.ingested.poor_files if not name.startswith("plays/")]
    session.ingested = replace(session.ingested, poor_files=tuple(others))  # judged as a whole, and not per part
    session.trouble = trouble_with(reading.summaries)
    done = session.own_counts
    _remember(session, reading)
    return done


def _remember(session: RunSession, reading: TableReading) -> None:
    wanted, rows = reading.wanted, sum(summary.rows for summary in reading.summaries)
    how, order, value = reading.reading, reading.order, reading.greatest
    if how.anew or (how.first and reading.times.has_local):
        remember_reading(session, wanted.key, wanted.name, how, rows)
    if wanted.since and order and value is not None and value != reading.after:
        mark = {"sinceColumn": wanted.since.casefold(), "kind": order.kind, "mark": order.written(value), "rows": rows}
        remember_mark(session, wanted.key, wanted.name, mark)
