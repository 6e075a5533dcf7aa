"""The lines in which commands report their results."""

from collections.abc import Sequence
from typing import Any

from linernotes.core.counts import ExtractStats, LoadStats
from linernotes.core.text import first_of, many, short_name
from linernotes.reports.queries import DoubtedAnswers, Failures, FieldAlarm
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.rejects import Replay
from linernotes.runs.session import RunResult

MOST_NAMES = 6
NEXT = (
    "next: linernotes plan shows what a run would do; linernotes run asks the services and builds the tables;"
    " linernotes transform only builds them"
)

DECLINES = {"dark": "no longer returns", "null_rate": "rarely returns"}


def result_lines(result: RunResult) -> list[str]:
    """The lines of a run's result: counts, failures, partial reasons, alarms and notes."""
    report = result.report
    return [
        *count_lines(report.asked, report.ingested),
        *failure_lines(result.failures),
        *partial_lines(result.partial),
        *alarm_lines(result.field_alarms),
        *doubt_lines(result.doubted),
        *result.notes,
    ]


def count_lines(asked: ExtractStats, ingested: LoadStats) -> list[str]:
    """The two lines of counts, each of which adds up."""
    return [
        f"asked {asked.total:,} = found {asked.found:,} + not found {asked.not_found:,} + failed {asked.failed:,}",
        f"landed {ingested.landed:,} lines = loaded {ingested.loaded:,} + rejected {ingested.rejected:,}"
        f" + already known {ingested.known:,}",
    ]


def failure_lines(reasons: Sequence[Failures]) -> list[str]:
    """The line that counts failed items by provider and reason, if any failed."""
    counts = ", ".join(f"{row['provider']} {row['reason']} {row['items']:,}" for row in reasons)
    return [f"failed: {counts}; a later run retries them"] if counts else []


def alarm_lines(fields: Sequence[FieldAlarm]) -> list[str]:
    """A line for each field that a provider no longer returns as often as before."""
    return [
        f"alarm: {row['provider']} {DECLINES[row['kind']]} {row['field']}: filled in {row['share']:.0%}"
        f" of {row['answers']:,} responses since {row['since']}, {row['previousShare']:.0%} before".replace("%", " %")
        for row in fields
    ]


def doubt_lines(rows: Sequence[DoubtedAnswers]) -> list[str]:
    """A line for each provider whose newest answers about some artists are far poorer than those before."""
    return [
        f"alarm: {row['provider']} answered with far fewer fields than before about {many(row['artists'], 'artist')}"
        f"{', such as ' + row['artistName'] if row['artistName'] else ''}; the fuller answers are kept:"
        " hub_music__svc_doubted_answers lists them"
        for row in rows
    ]


def partial_lines(reasons: Sequence[str]) -> list[str]:
    """A line for each reason why a run is partial."""
    return [f"partial: {reason}" for reason in reasons]


def import_lines(result: ImportResult, what: str) -> list[str]:
    """The counts of an import, which add up to what was read, and the next commands if it loaded new rows."""
    again = f", there more than once {result.again:,}" if result.again else ""
    new = many(result.new, f"new {what}")
    counts = f"imported {new}, already known {result.known:,}{again}, rejected {result.rejected:,}"
    return [counts, NEXT] if result.news else [counts]


def file_line(row: dict[str, Any]) -> str:
    """A line about the plays found in one file."""
    if not row["format"]:
        return f"{row['file']}: skipped: {row['why']}"
    return f"{short_name(row['file'])}: {row['format']}, {_plays(row)}"


def fetch_line(row: dict[str, Any]) -> str:
    """A line about the plays fetched from an account."""
    return f"fetched {_plays(row)}"


def _plays(row: dict[str, Any]) -> str:
    period = f", {row['from']} to {row['to']}" if row["plays"] else ""
    why = f"; skipped: {row['why']}" if row["why"] else ""
    return f"{many(row['plays'], 'play')} of {many(row['artists'], 'artist')}{period}{why}"


def replay_lines(result: Replay, *, dry_run: bool) -> list[str]:
    """The lines about rejected lines that were read again."""
    loaded = f"{result.good:,} {'would be loaded' if dry_run else 'loaded'}"
    lines = [f"read {many(result.lines, 'rejected line')} again: {loaded}, {result.bad + result.gone:,} still rejected"]
    if result.imported:
        rows = many(result.imported, "row")
        lines.append(f"{rows} of imported files cannot be read again from here: import the file again")
    if result.gone:
        lines.append(f"{many(result.gone, 'line')} cannot be read again: the file is no longer in archive/")
    return lines


def files_line(what: str, names: Sequence[str]) -> list[str]:
    """A line about several files, with the names of the first few; none without files."""
    shown = first_of([name.rpartition("/")[2] for name in names], MOST_NAMES)
    return [f"{what} {many(len(names), 'file')}: {shown}"] if names else []


def load_line(done: LoadStats, verb: str) -> str:
    """The counts of an ingest."""
    return (
        f"{verb} {done.loaded:,} of {many(done.landed, 'line')} in {many(done.files, 'file')}; "
        f"rejected {done.rejected:,}, already known {done.known:,}"
    )
