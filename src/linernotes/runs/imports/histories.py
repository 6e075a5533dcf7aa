"""Import listening histories: inspect each file, land its plays in bounded parts, load them, record the file."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from linernotes.core import sql
from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations
from linernotes.core.files import LandedFile
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.landing.spool import Spool
from linernotes.runs.imports.result import FoundFile, ImportResult
from linernotes.runs.lifecycle import import_lines, ingest_landing, run_in_session
from linernotes.runs.messages import file_line, files_line
from linernotes.runs.session import RunSession
from linernotes.sources.archives import HistoryFile, Unread, open_histories
from linernotes.sources.histories.formats import Format, format_of, is_recently_played
from linernotes.sources.histories.reading import history_lines, is_film, unread_line
from linernotes.sources.histories.summary import FileSummary, total_row, trouble_with
from linernotes.sources.recently_played import play_lines
from linernotes.sources.rows import as_text
from linernotes.sources.streams import HistoryStream, content_hash, open_stream
from linernotes.storage.workspace import Workspace

PLAYS, FILES, RECENT = "plays/plays", "plays/imported_files", "spotify/recently_played"
PART_LINES = 100_000
BLOCK_LINES = 2_000
MEGABYTE = 1_000_000
KNOWN_FORMATS = "linernotes import plays --help lists the supported formats"
LOADED = "select substr(fileHash, 1, 16) as start from {lake}.lake_ops__loaded_files"


def inspect_plays(workspace: Workspace, paths: Sequence[str]) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """Inspect files: their contents, the total, and the error an import would end with. Writes nothing."""
    inspection = Inspection(workspace)
    inspection.into(paths)
    workspace.progress.say(*files_line("no plays found in", inspection.others))
    return [*(summary.report for summary in inspection.summaries), total_row(inspection.summaries)], trouble_with(
        inspection.summaries, dry_run=True
    )


def import_plays(workspace: Workspace, paths: Sequence[str]) -> ImportResult:
    """Import every listening history behind the paths: zips, folders, files, ``-`` for standard input.

    Bad rows are rejected and the others loaded; the result's ``error`` describes files with too many bad rows.

    Raises:
        BelowExpectations: none of the paths holds a listening history.
        Busy: another run holds the workspace.
    """
    found: list[tuple[LoadStats, tuple[FoundFile, ...]]] = []
    session = run_in_session(workspace, "import plays", lambda session: found.append(import_histories(session, paths)))
    stats, files = found[0]
    return ImportResult(stats, session.ingested.loaded > 0, files, session.error)


def import_histories(session: RunSession, paths: Sequence[str]) -> tuple[LoadStats, tuple[FoundFile, ...]]:
    """Import every history behind the paths within a session, and print a line about each file."""
    importing = Import(session)
    importing.into(paths)
    found = [file_line(summary.report) for summary in importing.summaries if not summary.known]
    known = [summary.name for summary in importing.summaries if summary.known]
    session.workspace.progress.say(
        *found, *files_line("already imported:", known), *files_line("no plays found in", importing.others)
    )
    return importing.finish(), tuple(FoundFile.of_row(summary.report) for summary in importing.summaries)


class Meter:
    """A progress bar in MB; each count is also a chance for a signal to stop the import."""

    def __init__(self, workspace: Workspace, files: Iterable[HistoryFile]) -> None:
        self._workspace, self._bytes, self._reported = workspace, 0, 0
        self._total = max(1, sum(file.size or 0 for file in files if not file.refused) // MEGABYTE)
        self._step = workspace.progress.begin("reading plays, MB", self._total)

    def __call__(self, size: int) -> None:
        """Count the bytes just read."""
        self._workspace.clock.check()
        self._bytes += size
        if more := self._bytes // MEGABYTE - self._reported:
            self._workspace.progress.advance(self._step, more)
            self._reported += more

    def fill(self) -> None:
        """Show the step as complete."""
        self._workspace.progress.advance(self._step, max(0, self._total - self._reported))

    def end(self) -> None:
        """End the step."""
        self._workspace.progress.end(self._step)


class Inspection:
    """Inspects files and counts their plays; writes nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.dataset = workspace.dataset(PLAYS)
        self.reader = LineReader(self.dataset, workspace.clock.now())
        self.summaries: list[FileSummary] = []
        self.others: list[str] = []

    def into(self, paths: Sequence[str]) -> None:
        """Inspect every file behind the paths, one after the other.

        Raises:
            BelowExpectations: none of them is a listening history.
        """
        with open_histories(paths) as files:
            meter = Meter(self.workspace, files)
            try:
                for file in files:
                    self._file(file, meter)
                meter.fill()
            finally:
                meter.end()
        if not self.summaries:
            raise BelowExpectations(f"import plays: no listening history found in {', '.join(paths)}", KNOWN_FORMATS)

    def recent(self, _name: str, lines: Iterable[Json]) -> None:
        """Read through the lines of a recently-played file."""
        deque(lines, maxlen=0)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Read through the lines of any other history."""
        deque(lines, maxlen=0)

    def plays(self, file: HistoryFile, stream: HistoryStream, form: Format, summary: FileSummary) -> None:
        """Process a file recognized as a history."""
        self.lines(history_lines(stream, form, self.reader, summary))

    def reject(self, line: bytes) -> None:
        """Receive the reject of a file that cannot be read to its end."""

    def _file(self, file: HistoryFile, meter: Meter) -> None:
        summary = FileSummary(file.name)
        if file.refused:
            self._add_unreadable(summary, file.refused)
        else:
            with open_stream(file, meter) as stream:
                if form := format_of(stream.head):
                    summary.title = form.title
                    self.plays(file, stream, form, summary)
                elif is_recently_played(stream.head):
                    summary.title = "Spotify recently played"
                    self._recent(stream, summary)
                elif file.given or stream.raw.damage:
                    self._add_unreadable(summary, stream.raw.damage or _unsupported(stream))
                else:
                    self.others.append(file.name)
                    return
        self.summaries.append(summary)

    def _recent(self, stream: HistoryStream, summary: FileSummary) -> None:
        reader = LineReader(self.workspace.dataset(RECENT), self.workspace.clock.now())
        lines = play_lines(as_text(stream.whole), summary.name, reader)
        self.recent(summary.name, self._count_lines(lines, summary))
        if stream.raw.damage and not summary.unread:
            self._add_unreadable(summary, stream.raw.damage)

    def _count_lines(self, lines: Iterable[Json], summary: FileSummary) -> Iterator[Json]:
        """Count the lines of a recently-played file on their way through."""
        try:
            for line in lines:
                if mark := line.get("_reject"):
                    summary.count_reject(mark["line"], mark["reason"])
                else:
                    summary.count_play(datetime.fromisoformat(line["playedAt"]), {a["name"] for a in line["artists"]})
                yield line
        except BelowExpectations as broken:
            self._add_unreadable(summary, Unread(broken.message.partition(": ")[2], broken.remedy))

    def _add_unreadable(self, summary: FileSummary, why: Unread) -> None:
        """Report an unreadable file; its text is not kept, since it may contain anything."""
        self.reject(unread_line(summary, summary.rows + 1, why))


class Import(Inspection):
    """Lands and loads the plays of files, and records the files that were read to their end."""

    def __init__(self, session: RunSession) -> None:
        super().__init__(session.workspace)
        self._session = session
        workspace = session.workspace
        # In scratch: from the spool, a part cut off by a crash would be salvaged and then imported again from its file.
        self._spool = Spool(workspace.lake, workspace.scratch, self.dataset, session.run, workspace.clock, PART_LINES)
        self._known = {(row["readAs"], row["contentHash"]): row for row in _imported_files(workspace)}
        self._sizes = {row["bytes"] for row in self._known.values()}
        self._again = 0
        self._parts: list[LandedFile] = []
        self._read: list[tuple[Json, int, int]] = []
        self._rejects: list[bytes] = []

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
        done = session.own_counts + LoadStats(landed=self._again, known=self._again)
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
        read_as = form.reading + ("/video" if is_film(summary.name, form) else "")
        if file.size in self._sizes:
            if row := self._known.get((read_as, content_hash(stream))):
                summary.known = True
                self._again += row["plays"]
            else:
                with open_stream(file, lambda _size: self.workspace.clock.check()) as anew:
                    self._new(anew, form, summary, read_as)
        else:
            self._new(stream, form, summary, read_as)

    def _new(self, stream: HistoryStream, form: Format, summary: FileSummary, read_as: str) -> None:
        begins = len(self._parts)
        self.lines(history_lines(stream, form, self.reader, summary))
        self._read.append((_file_row(stream, summary, read_as), begins, len(self._parts)))

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


def _imported_files(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The files that were imported completely and whose rows the warehouse still holds."""
    loaded = {row["start"] for row in workspace.warehouse.rows(LOADED)}
    return (
        row for row in workspace.warehouse.rows(sql.read("runs/imports/imported_files")) if set(row["parts"]) <= loaded
    )


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


def _unsupported(stream: HistoryStream) -> Unread:
    return Unread("not a supported listening history" if stream.head.strip() else "empty file", KNOWN_FORMATS)


def _hash_of(part: LandedFile) -> str:
    return part.name.split("_")[1].rpartition("-")[2]
