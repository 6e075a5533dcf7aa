"""Import listening histories: inspect each file, land its plays in bounded parts, load them, record the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from linernotes.core.counts import LoadStats
from linernotes.core.files import LandedFile
from linernotes.core.values import Json
from linernotes.landing.spool import Spool
from linernotes.runs.imports.inspection import PLAIN, RECENT, Inspection
from linernotes.runs.imports.readings import Readings
from linernotes.runs.imports.repeats import Brought, counting_repeats
from linernotes.runs.imports.result import FoundFile, ImportResult
from linernotes.runs.lifecycle import import_lines, ingest_landing, run_in_session
from linernotes.runs.messages import file_line, files_line
from linernotes.runs.session import RunSession
from linernotes.sources.archives import HistoryFile
from linernotes.sources.histories.formats import Format, ReadOptions
from linernotes.sources.histories.reading import history_lines, is_film
from linernotes.sources.histories.summary import FileSummary, trouble_with
from linernotes.sources.streams import HistoryStream, content_hash, open_stream
from linernotes.storage.workspace import Workspace

FILES = "plays/imported_files"
PART_LINES = 100_000
BLOCK_LINES = 2_000


def import_plays(workspace: Workspace, paths: Sequence[str], options: ReadOptions = PLAIN) -> ImportResult:
    """Import every listening history behind the paths: zips, folders, files, ``-`` for standard input.

    ``options`` say what the files do not: the zone of times without one, the order of day and month. Bad rows
    are rejected and the others loaded; the result's ``error`` describes files with too many bad rows.

    Raises:
        BelowExpectations: none of the paths holds a listening history.
        Busy: another run holds the workspace.
    """
    found: list[tuple[Import, LoadStats, Brought]] = []

    def work(session: RunSession) -> None:
        importing = Import(session, options)
        stats, brought = counting_repeats(workspace, lambda: _import(importing, paths))
        found.append((importing, stats, brought))

    session = run_in_session(workspace, "import plays", work, start="if built")
    importing, stats, brought = found[0]
    files = importing.found
    counts = brought.counts(importing.again + sum(file.plays for file in files))
    rejected = sum(file.rejected for file in files)
    return ImportResult(stats, session.ingested.loaded > 0, files, session.error, **counts, rejected=rejected)


def _import(importing: "Import", paths: Sequence[str]) -> LoadStats:
    """Import every history behind the paths, and print a line about each file."""
    importing.into(paths)
    found = [file_line(summary.report) for summary in importing.summaries if not summary.known]
    known = [summary.name for summary in importing.summaries if summary.known]
    importing.workspace.progress.say(*found, *files_line("already imported:", known), *importing.remarks())
    return importing.finish()


class Import(Inspection):
    """Lands and loads the plays of files, and records the files that were read to their end."""

    def __init__(self, session: RunSession, options: ReadOptions) -> None:
        super().__init__(session.workspace, options)
        self._session = session
        workspace = session.workspace
        # In scratch: from the spool, a part cut off by a crash would be salvaged and then imported again from its file.
        self._spool = Spool(workspace.lake, workspace.scratch, self.dataset, session.run, workspace.clock, PART_LINES)
        self._readings = Readings(workspace)
        self.again = 0
        self._parts: list[LandedFile] = []
        self._read: list[tuple[Json, int, int]] = []
        self._rejects: list[bytes] = []

    @property
    def found(self) -> tuple[FoundFile, ...]:
        """The contents of each file."""
        return tuple(FoundFile.of_row(summary.report) for summary in self.summaries)

    def finish(self) -> LoadStats:
        """Load what was landed and record the files; returns the counts, known lines included."""
        session = self._session
        self._add_part(self._spool.seal())
        if self._rejects:  # in a part of their own, which a repeated import makes identically
            self._spool.block(self._rejects)
            self._spool.seal()
        ingest_landing(session)
        # A part may hold several files, or half of one, so quality is judged per file and not per part.
        others = [name for name in session.ingested.poor_files if not name.startswith("plays/")]
        session.ingested = replace(session.ingested, poor_files=tuple(others))
        session.trouble = trouble_with(self.summaries)
        done = session.own_counts + LoadStats(landed=self.again, known=self.again)
        self._remember()
        return done

    def reject(self, line: bytes) -> None:
        """Keep the line for the rejects."""
        self._rejects.append(line)

    def recent(self, name: str, lines: Iterable[Json]) -> None:
        """Land the lines in their own dataset."""
        import_lines(self._session, RECENT, name, lines)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Append the lines to the spool, block by block."""
        while block := list(islice(lines, BLOCK_LINES)):
            self._add_part(self._spool.block(block))

    def plays(self, file: HistoryFile, stream: HistoryStream, form: Format, summary: FileSummary) -> None:
        """Import the file unless its content was imported before."""
        way = f"{form.read_as}{'/video' if is_film(summary.name, form) else ''}"
        if file.size not in self._readings.sizes:
            self._new(stream, form, summary, way, self.options)
            return
        earlier = self._readings.of(content_hash(stream), way, self.options)
        summary.notes += [earlier.note] if earlier.note else []
        if earlier.plays is None:
            options = replace(self.options, rereads=earlier.rereads)
            with open_stream(file, lambda _size: self.workspace.clock.check()) as anew:
                self._new(anew, form, summary, way, options)
        else:
            summary.known = True
            self.again += earlier.plays

    def _new(self, stream: HistoryStream, form: Format, summary: FileSummary, way: str, options: ReadOptions) -> None:
        begins = len(self._parts)
        self.lines(history_lines(stream, form, self.reader, summary, options))
        self._read.append((_file_row(stream, summary, f"{way}{options}"), begins, len(self._parts)))

    def _add_part(self, part: LandedFile | None) -> None:
        if part:
            self._parts.append(part)

    def _remember(self) -> None:
        """Record the files after their rows are loaded: a crash before that only costs a second reading."""
        workspace, session = self.workspace, self._session
        spool = Spool(
            workspace.lake,
            workspace.settings.spool,
            workspace.dataset(FILES),
            session.run,
            workspace.clock,
            part_lines=None,
        )
        for row, first, last in self._read:
            spool.line({**row, "parts": [_hash_of(part) for part in self._parts[first : last + 1]]})
        spool.seal()
        ingest_landing(session)


def _file_row(stream: HistoryStream, summary: FileSummary, read_as: str) -> Json:
    return {
        "contentHash": stream.raw.sha256,
        "bytes": stream.raw.size,
        "readAs": read_as,
        "plays": summary.plays,
        "rejected": summary.rejected,
        "passedOver": summary.passed_over.total(),
        "firstPlayedAt": summary.first,
        "lastPlayedAt": summary.last,
    }


def _hash_of(part: LandedFile) -> str:
    return part.name.split("_")[1].rpartition("-")[2]
