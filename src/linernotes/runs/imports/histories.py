"""Importing listening histories: inspect each file, land its plays in bounded parts, load them, remember the file."""

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
from linernotes.runs.hub import count_plays
from linernotes.runs.imports.result import FoundFile, ImportResult
from linernotes.runs.lifecycle import import_lines, in_session, ingest_landing
from linernotes.runs.messages import found_plays, some_files
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
KNOWN_FORMATS = "linernotes import plays --help names the histories it reads"
LOADED = "select substr(fileHash, 1, 16) as start from {lake}.lake_ops__loaded_files"


def look_into(workspace: Workspace, paths: Sequence[str]) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """What each file holds, their total, and the error an import would end with; writes nothing."""
    look = Look(workspace)
    look.into(paths)
    workspace.progress.say(*some_files("no plays in", look.others))
    return [*(summary.report for summary in look.summaries), total_row(look.summaries)], trouble_with(look.summaries)


def import_plays(workspace: Workspace, paths: Sequence[str]) -> ImportResult:
    """Import every listening history behind the paths: zips, folders, files, ``-`` for standard input.

    Bad rows cost themselves: the good ones are loaded, and ``error`` of the result says what was wrong.

    Raises:
        BelowExpectations: none of the paths holds a listening history.
        Busy: another run holds the workspace.
    """
    found: list[tuple[LoadStats, tuple[FoundFile, ...]]] = []
    session = in_session(workspace, "import plays", lambda session: found.append(import_histories(session, paths)))
    stats, files = found[0]
    return ImportResult(stats, session.ingested.loaded > 0, files, session.error)


def import_histories(session: RunSession, paths: Sequence[str]) -> tuple[LoadStats, tuple[FoundFile, ...]]:
    """Import every history behind the paths within a session, and report what was found in each file."""
    importing = Import(session)
    importing.into(paths)
    found = [found_plays(summary.report) for summary in importing.summaries if not summary.known]
    known = [summary.name for summary in importing.summaries if summary.known]
    session.workspace.progress.say(
        *found, *some_files("imported before:", known), *some_files("no plays in", importing.others)
    )
    done = importing.finish()
    count_plays(session)
    return done, tuple(FoundFile.of_row(summary.report) for summary in importing.summaries)


class Meter:
    """A progress bar in MB; also the place where an import can be stopped."""

    def __init__(self, workspace: Workspace, files: Iterable[HistoryFile]) -> None:
        self._workspace, self._bytes, self._told = workspace, 0, 0
        self._total = max(1, sum(file.size or 0 for file in files if not file.refused) // MEGABYTE)
        self._step = workspace.progress.begin("reading plays, MB", self._total)

    def __call__(self, size: int) -> None:
        """Count the bytes just read."""
        self._workspace.clock.check()
        self._bytes += size
        if more := self._bytes // MEGABYTE - self._told:
            self._workspace.progress.advance(self._step, more)
            self._told += more

    def fill(self) -> None:
        """Show the step as complete."""
        self._workspace.progress.advance(self._step, max(0, self._total - self._told))

    def end(self) -> None:
        """End the step."""
        self._workspace.progress.end(self._step)


class Look:
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
            raise BelowExpectations(f"import {', '.join(paths)}: no listening history in it", KNOWN_FORMATS)

    def recent(self, _name: str, lines: Iterable[Json]) -> None:
        """Take the lines of a recently-played file."""
        deque(lines, maxlen=0)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Take the lines of any other history."""
        deque(lines, maxlen=0)

    def plays(self, file: HistoryFile, stream: HistoryStream, form: Format, summary: FileSummary) -> None:
        """Take a file recognized as a history."""
        self.lines(history_lines(stream, form, self.reader, summary))

    def reject(self, line: bytes) -> None:
        """Take the reject of a file that cannot be read to its end."""

    def _file(self, file: HistoryFile, meter: Meter) -> None:
        summary = FileSummary(file.name)
        if file.refused:
            self._unread(summary, file.refused)
        else:
            with open_stream(file, meter) as stream:
                if form := format_of(stream.head):
                    summary.title = form.title
                    self.plays(file, stream, form, summary)
                elif is_recently_played(stream.head):
                    summary.title = "Spotify recently played"
                    self._recent(stream, summary)
                elif file.given or stream.raw.damage:
                    self._unread(summary, stream.raw.damage or _unknown(stream))
                else:
                    self.others.append(file.name)
                    return
        self.summaries.append(summary)

    def _recent(self, stream: HistoryStream, summary: FileSummary) -> None:
        reader = LineReader(self.workspace.dataset(RECENT), self.workspace.clock.now())
        lines = play_lines(as_text(stream.whole), summary.name, reader)
        self.recent(summary.name, self._counted(lines, summary))
        if stream.raw.damage and not summary.unread:
            self._unread(summary, stream.raw.damage)

    def _counted(self, lines: Iterable[Json], summary: FileSummary) -> Iterator[Json]:
        """The lines of a recently-played file, counted."""
        try:
            for line in lines:
                if mark := line.get("_reject"):
                    summary.count_reject(mark["line"], mark["reason"])
                else:
                    summary.count_play(datetime.fromisoformat(line["playedAt"]), {a["name"] for a in line["artists"]})
                yield line
        except BelowExpectations as broken:
            self._unread(summary, Unread(broken.message.partition(": ")[2], broken.remedy))

    def _unread(self, summary: FileSummary, why: Unread) -> None:
        """Report a file that cannot be read; its text is not kept, it may hold anything."""
        self.reject(unread_line(summary, summary.rows + 1, why))


class Import(Look):
    """Lands and loads what it finds, and remembers the files that were read to their end."""

    def __init__(self, session: RunSession) -> None:
        super().__init__(session.workspace)
        self._session = session
        workspace = session.workspace
        # In scratch: a part that a crash cut off would be salvaged from the spool, and be read again from its file.
        self._spool = Spool(workspace.lake, workspace.scratch, self.dataset, session.run, workspace.clock, PART_LINES)
        self._known = {(row["readAs"], row["contentHash"]): row for row in _imported(workspace)}
        self._sizes = {row["bytes"] for row in self._known.values()}
        self._again = 0
        self._parts: list[LandedFile] = []
        self._read: list[tuple[Json, int, int]] = []
        self._rejects: list[bytes] = []

    def finish(self) -> LoadStats:
        """Load what was landed and record the files; returns the counts, known lines included."""
        session = self._session
        self._sealed(self._spool.seal())
        if self._rejects:  # in a part of their own, which is the same part next time
            self._spool.block(self._rejects)
            self._spool.seal()
        ingest_landing(session)
        # A part may hold several files, and half of one: it is the file that is as poor as it is.
        others = [name for name in session.ingested.poor_files if not name.startswith("plays/")]
        session.ingested = replace(session.ingested, poor_files=tuple(others))
        session.trouble = trouble_with(self.summaries)
        done = session.brought + LoadStats(landed=self._again, known=self._again)
        self._remember()
        return done

    def reject(self, line: bytes) -> None:
        """Keep it for the rejects."""
        self._rejects.append(line)

    def recent(self, name: str, lines: Iterable[Json]) -> None:
        """Land them in their own dataset."""
        import_lines(self._session, RECENT, name, lines)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Append them to the spool, block by block."""
        while block := list(islice(lines, BLOCK_LINES)):
            self._sealed(self._spool.block(block))

    def plays(self, file: HistoryFile, stream: HistoryStream, form: Format, summary: FileSummary) -> None:
        """Import it unless its content was imported before."""
        read_as = f"{form.source}/{self.dataset.version}" + ("/video" if is_film(summary.name, form) else "")
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

    def _sealed(self, part: LandedFile | None) -> None:
        if part:
            self._parts.append(part)

    def _remember(self) -> None:
        """Record the files after their rows are loaded: a crash before costs a second reading only."""
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


def _imported(workspace: Workspace) -> Iterator[dict[str, Any]]:
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


def _unknown(stream: HistoryStream) -> Unread:
    return Unread("no listening history we know" if stream.head.strip() else "it is empty", KNOWN_FORMATS)


def _hash_of(part: LandedFile) -> str:
    return part.name.split("_")[1].rpartition("-")[2]
