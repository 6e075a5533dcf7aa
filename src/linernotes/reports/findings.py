"""What needs a person, found in the tables: failed runs and flows, files with bad lines, fields that went dark.

Each finding says what it is about, how bad it is, and which command shows more; ``over`` is one that has mended itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypedDict

from linernotes.config.alerts import AlertSettings, Rules
from linernotes.config.service_levels import RunObjectives
from linernotes.core.text import bounded, many
from linernotes.reports.finding import Finding, Judged, Severity
from linernotes.reports.queries import field_alarms
from linernotes.reports.rows import rows_of
from linernotes.reports.run_levels import RunLevel, run_levels
from linernotes.reports.stream_findings import judge_streams
from linernotes.storage.ports import Warehouse


class PoorRun(TypedDict):
    """A run that failed, or most of whose items did; ``later`` is true if the command ran well after it."""

    runId: str
    command: str
    startedAt: datetime
    reason: str | None
    asked: int
    failed: int
    isFailed: bool
    later: bool


class FailedStep(TypedDict):
    """A step of a flow that failed; ``later`` is true if the flow has begun again since and went well."""

    flowRunId: str
    flow: str
    runDate: date
    step: str
    reason: str | None
    later: bool


class PoorFile(TypedDict):
    """A file with too many rejected lines."""

    dataset: str
    file: str
    loadedAt: datetime
    numLines: int
    rejectedRows: int


def judge(
    warehouse: Warehouse, settings: AlertSettings, expected: RunObjectives, now: datetime, *, has_hub: bool
) -> Judged:
    """Everything that needs a person now; fields of services and imported figures are judged where there is a hub."""
    rules, since = settings.rules, now - timedelta(days=settings.rules.days)
    levels = run_levels(warehouse, expected, now)
    figures = judge_streams(warehouse, settings.streams, rules.days, now.date()) if has_hub else Judged([], [])
    findings = [
        *_of_flows(warehouse, since),
        *_of_runs(warehouse, rules, since),
        *_of_files(warehouse, rules, since),
        *_of_levels(levels),
        *(_of_fields(warehouse) if has_hub else ()),
        *figures.findings,
    ]
    not_judged = [] if has_hub else ["fields of the services and imported figures: there is no hub yet"]
    if all(level.result == "not measured" for level in levels):
        not_judged.append("how old the last run is: there was none yet")
    return replace(figures, findings=findings, not_judged=[*not_judged, *figures.not_judged])


def _of_flows(warehouse: Warehouse, since: datetime) -> Iterator[Finding]:
    failed = dict[str, FailedStep]()
    for row in rows_of(FailedStep, warehouse, "findings_of_flows", since=since):
        failed.setdefault(row["flowRunId"], row)  # what fails first is why the rest does
    look = 'linernotes sql "select * from lake_ops__steps order by startedAt desc limit 20"'
    for run, row in failed.items():
        text = f"flow {row['flow']} for {row['runDate']}: {row['step']} failed: {row['reason'] or 'no reason is known'}"
        yield Finding("flow_failed", f"{row['flow']} {run}", row["runDate"], "critical", text, look, row["later"])


def _of_runs(warehouse: Warehouse, rules: Rules, since: datetime) -> Iterator[Finding]:
    look = 'linernotes sql "select * from lake_ops__runs order by startedAt desc limit 10"'
    for row in rows_of(PoorRun, warehouse, "findings_of_runs", since=since, failed_share=rules.failed_share):
        began = f"{row['command']} of {row['startedAt']:%Y-%m-%d %H:%M} UTC"
        day, series = row["startedAt"].date(), f"{row['command']} {row['runId']}"
        if row["isFailed"]:
            text = f"{began} failed: {row['reason'] or 'no reason is known'}"
            yield Finding("run_failed", series, day, "critical", text, look, row["later"])
        else:
            text = f"{began}: {row['failed']:,} of {many(row['asked'], 'item')} failed"
            yield Finding("tasks_failed", series, day, "critical", text, look, row["later"])


def _of_files(warehouse: Warehouse, rules: Rules, since: datetime) -> Iterator[Finding]:
    limits = {"least_lines": rules.least_lines, "invalid_share": rules.invalid_share}
    for row in rows_of(PoorFile, warehouse, "findings_of_files", since=since, **limits):
        share = row["rejectedRows"] / row["numLines"]
        text = (
            f"{row['rejectedRows']:,} of {many(row['numLines'], 'line')} of {row['file']} were rejected ({share:.0%})"
        )
        series = f"{row['dataset']} {row['file']}"
        yield Finding("invalid_records", series, row["loadedAt"].date(), "warning", text, "linernotes rejects")


def _of_levels(levels: Iterable[RunLevel]) -> Iterator[Finding]:
    texts: dict[str, tuple[Severity, str]] = {
        "fresh_days": ("critical", "no run was complete or found anything for {} days"),
        "partial_weeks": ("warning", "every run of the last {} weeks ended early"),
    }
    for level in levels:
        if level.result == "breach":
            severity, text = texts[level.objective]
            yield Finding(level.objective, "runs", None, severity, text.format(level.measured), "linernotes check runs")


def _of_fields(warehouse: Warehouse) -> Iterator[Finding]:
    for row in field_alarms(warehouse):
        share = f"{row['share']:.0%} of {many(row['answers'], 'answer')}, {row['previousShare']:.0%} before"
        text = f"{row['provider']} no longer fills {row['field']} as before: {share}"
        look = "linernotes coverage --fields"
        yield Finding("field", f"{row['provider']} {row['field']}", row["since"], "warning", bounded(text), look)
