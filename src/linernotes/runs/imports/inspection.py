"""Look into the files behind paths: which are histories, what is in them, and what their owner should know."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from linernotes.core.errors import BelowExpectations
from linernotes.core.text import first_of, short_name
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader
from linernotes.runs.imports.table_advice import from_table_advice
from linernotes.runs.messages import files_line
from linernotes.sources.archives import HistoryFile, Unread, open_histories
from linernotes.sources.histories.formats import (
    RECENT_TITLE,
    Format,
    Head,
    ReadOptions,
    Refusal,
    format_of,
    is_recently_played,
    unknown_history,
)
from linernotes.sources.histories.reading import history_lines, unread_line
from linernotes.sources.histories.summary import FileSummary, total_row, trouble_with
from linernotes.sources.recently_played import play_lines
from linernotes.sources.rows import as_text
from linernotes.sources.streams import HistoryStream, open_stream
from linernotes.storage.workspace import Workspace

PLAYS, RECENT = "plays/plays", "spotify/recently_played"
MOST_NOTED = 3
MEGABYTE = 1_000_000
PLAIN = ReadOptions()
KNOWN_FORMATS = "docs/histories.md and linernotes import plays --help list the supported formats"


def inspect_plays(
    workspace: Workspace, paths: Sequence[str], options: ReadOptions = PLAIN
) -> tuple[list[dict[str, Any]], BelowExpectations | None]:
    """Inspect files: their contents, the total, and the error an import would end with. Writes nothing."""
    inspection = Inspection(workspace, options)
    inspection.into(paths)
    workspace.progress.say(*inspection.remarks())
    return [*(summary.report for summary in inspection.summaries), total_row(inspection.summaries)], trouble_with(
        inspection.summaries, dry_run=True
    )


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

    def __init__(self, workspace: Workspace, options: ReadOptions) -> None:
        self.workspace, self.options = workspace, options
        self.dataset = workspace.dataset(PLAYS)
        self.reader = LineReader(self.dataset, workspace.clock.now())
        self.summaries: list[FileSummary] = []
        self.others: list[str] = []
        self.passed: list[str] = []

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

    def remarks(self) -> list[str]:
        """Lines about files without plays, and what their owner should know of how the others were read."""
        noted = dict.fromkeys(note for summary in self.summaries for note in summary.notes)
        files = {note: [summary.name for summary in self.summaries if note in summary.notes] for note in noted}
        return [
            *(f"{first_of([short_name(name) for name in names], MOST_NOTED)}: {note}" for note, names in files.items()),
            *self.passed,
            *files_line("no plays found in", self.others),
        ]

    def recent(self, _name: str, lines: Iterable[Json]) -> None:
        """Read through the lines of a recently-played file."""
        deque(lines, maxlen=0)

    def lines(self, lines: Iterator[bytes]) -> None:
        """Read through the lines of any other history."""
        deque(lines, maxlen=0)

    def plays(self, file: HistoryFile, stream: HistoryStream, form: Format, summary: FileSummary) -> None:
        """Process a file recognized as a history."""
        self.lines(history_lines(stream, form, self.reader, summary, self.options))

    def reject(self, line: bytes) -> None:
        """Receive the reject of a file that cannot be read to its end."""

    def _file(self, file: HistoryFile, meter: Meter) -> None:
        summary = FileSummary(file.name)
        if file.refused:
            self._add_unreadable(summary, file.refused)
        else:
            with open_stream(file, meter) as stream:
                if not self._content(file, stream, summary):
                    return
        self.summaries.append(summary)

    def _content(self, file: HistoryFile, stream: HistoryStream, summary: FileSummary) -> bool:
        """Process an open file; whether it is one to report on."""
        head = Head(stream.text, file.name)
        found = format_of(head)
        if isinstance(found, Format):
            summary.title = found.title
            self.plays(file, stream, found, summary)
        elif found is None and is_recently_played(head):
            summary.title = RECENT_TITLE
            self._recent(stream, summary)
        else:
            return self._without_plays(file, stream, summary, found or unknown_history(head))
        return True

    def _without_plays(
        self, file: HistoryFile, stream: HistoryStream, summary: FileSummary, refusal: Refusal | None
    ) -> bool:
        if stream.raw.damage or file.given or (refusal and not refusal.expected):
            why = refusal.why if refusal and refusal.expected else self._unknown(file, stream, refusal)
            self._add_unreadable(summary, stream.raw.damage or why)
            return True
        if refusal:
            self.passed.append(f"{short_name(file.name)}: skipped: {refusal.why.reason}")
        else:
            self.others.append(file.name)
        return False

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

    def _unknown(self, file: HistoryFile, stream: HistoryStream, refusal: Refusal | None) -> Unread:
        """Why a file is not taken, and how to import it if it is a table with columns of its own."""
        why = refusal.why if refusal else Unread("not a supported listening history", KNOWN_FORMATS)
        if not stream.head.strip():
            return Unread("empty file", KNOWN_FORMATS)
        if refusal and refusal is not unknown_history(Head(stream.text, file.name)):
            return why
        advice = from_table_advice(self.workspace, file.given) if file.given and file.given != "-" else ""
        return Unread(why.reason, advice or why.remedy)
