"""Commands that only read. Heavy modules are imported inside them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import FORMATS, command_workspace, days_option, environment_options, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.core.errors import BelowExpectations

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace

SHOWN = click.IntRange(1, 1_000_000)
AGE_DAYS = click.IntRange(0, 36_500)


@click.command()
@click.option("--fields", is_flag=True, help="Show how often each field is filled instead, and the trend.")
@format_option
@environment_options
def coverage(fields: bool, form: str) -> None:
    """Show how many artists, or tracks, are enriched, per provider."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports import queries
    from linernotes.runs.enrich.news import COUNTED, LibrarySize

    with ready() as workspace:
        rows = queries.field_coverage(workspace.warehouse) if fields else queries.coverage(workspace.warehouse)
        size = LibrarySize.of(workspace.warehouse)
    show_rows(rows, form, "coverage", queries.COVERAGE_HIDDEN)
    if size.artists and not fields:
        workspace.progress.say(f"{size.with_data}: {COUNTED}")


@click.command()
@click.option("--days", type=AGE_DAYS, default=90, show_default=True, help="Only data older than this many days.")
@format_option
@environment_options
def stale(days: int, form: str) -> None:
    """List the artists with the oldest data."""
    from linernotes.reports import queries

    _report(form, f"older than {days} days", lambda warehouse: queries.stale_artists(warehouse, days))


@click.command()
@format_option
@environment_options
def latest(form: str) -> None:
    """Show new records of the last seven days, day by day."""
    from linernotes.reports import queries

    _report(form, "the last seven days", queries.latest_enrichments)


@click.command()
@format_option
@environment_options
def stats(form: str) -> None:
    """Show how many tracks have ids, BPM and key, how far asking has come, and who told it."""
    from linernotes.reports.tracks import track_stats

    _report(form, "tracks", track_stats)


@click.command()
@format_option
@environment_options
def providers(form: str) -> None:
    """List the providers, their limits and licences.

    Also shows the first use of each, and when its next item is due.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.providers import provider_statuses, provider_summaries
    from linernotes.reports.rows import published_columns

    with ready() as workspace:
        statuses = provider_statuses(workspace)
    rows = provider_summaries(statuses) if form == "table" else statuses
    show_rows([published_columns(row) for row in rows], form, "providers")


@click.command()
@days_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS.choices, "prometheus"]),
    default="table",
    show_default=True,
    help="prometheus covers all time and ignores --days.",
)
@environment_options
def metrics(days: int, form: str) -> None:
    """Show the metrics of each provider.

    Requests, success and cache hit rates, latencies in seconds, circuit breaker states.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports import metrics as measured
    from linernotes.reports.rows import published_columns

    with ready() as workspace:
        if form == "prometheus":
            from linernotes.reports.prometheus import prometheus_text

            click.echo(prometheus_text(workspace.warehouse), nl=False)
            return
        rows = measured.metrics(workspace.warehouse, workspace.clock.now() - timedelta(days=days))
    show_rows([published_columns(row) for row in rows], form, f"the last {days} days, times in seconds")


@click.group()
def check() -> None:
    """Check the data and the providers against expectations."""


@check.command()
@days_option
@format_option
@environment_options
def slo(days: int, form: str) -> None:
    """Check the last days against slo.yaml; exit 4 if an objective is missed."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.metrics import totals
    from linernotes.reports.rows import published_columns
    from linernotes.reports.service_levels import breaches, service_levels

    with ready() as workspace:
        rows = totals(workspace.warehouse, workspace.clock.now() - timedelta(days=days))
        levels = service_levels(rows, workspace.settings.configs.slo)
        if not levels:
            workspace.progress.say(f"nothing to measure: no calls in the last {days} days")
    show_rows([published_columns(level) for level in levels], form, f"objectives, the last {days} days")
    if missed := breaches(levels):
        first = "; ".join(missed[:5])
        more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
        message = f"check slo: {len(missed)} of {len(levels)} objectives missed: {first}{more}"
        raise BelowExpectations(message, "see linernotes metrics; the objectives are defined in slo.yaml")


@check.command()
@format_option
@environment_options
def runs(form: str) -> None:
    """Check the latest runs against slo.yaml; exit 4 if they are too old or end early every week."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.rows import published_columns
    from linernotes.reports.run_levels import missed, run_levels

    with ready() as workspace:
        levels = run_levels(workspace.warehouse, workspace.settings.configs.slo.runs, workspace.clock.now())
    show_rows([published_columns(level) for level in levels], form, "objectives, the latest runs")
    if found := missed(levels):
        raise BelowExpectations(f"check runs: {'; '.join(found)}", "see lake_ops__runs for what each run said")


@click.command()
@click.option("--offline", is_flag=True, help="Skip the check of credentials with the services.")
@click.option("--deep", is_flag=True, help="Also read every archived file and verify its hash.")
@format_option
@environment_options
def doctor(offline: bool, deep: bool, form: str) -> None:
    """Check the installation, and say how to fix what is wrong."""
    from linernotes.cli.console import show as show_rows
    from linernotes.runs.doctor import combined_error, examine

    with command_workspace() as workspace:
        findings = examine(workspace, offline=offline, deep=deep)
    show_rows([finding.row() for finding in findings], form, "doctor")
    if trouble := combined_error(findings):
        raise trouble


@click.group(name="report")
def reports() -> None:
    """Write a report to share."""


@reports.command(name="top-artists")
@click.option("--n", "shown", type=SHOWN, default=100, show_default=True, help="Number of artists to show.")
@out_option
@click.option("--roster", default="", help="Only the artists of this roster, with its own columns.")
@format_option
@environment_options
def top_artists(shown: int, out: str | None, roster: str, form: str) -> None:
    """Rank the artists by opportunity, with reach, label, management and sources."""
    from dataclasses import replace

    from linernotes.cli.console import show as show_rows
    from linernotes.reports.top_artists import in_words
    from linernotes.reports.top_artists import top_artists as report_of

    path = file_to_write(out, "report top-artists")
    with ready() as workspace:
        made = report_of(workspace, shown, roster)
        if path:
            write_file(path, replace(made, rows=in_words(made.rows)), workspace)
        else:
            show_rows(first_columns(made.rows, 7, form), form, "top artists")
        workspace.progress.say(*made.notes)


def first_columns(rows: Iterable[Mapping[str, Any]], shown: int, form: str) -> list[dict[str, Any]]:
    """The rows cut to as many columns as fit a terminal; programs get all of them."""
    columns = shown if form == "table" else None
    return [dict(list(row.items())[:columns]) for row in rows]


@contextmanager
def ready() -> Iterator["Workspace"]:
    """Open the workspace for reading, with all tables in place."""
    from linernotes.runs.reading import open_for_reading

    with command_workspace() as workspace, open_for_reading(workspace):
        yield workspace


def _report(form: str, title: str, read: Callable[[Any], Any], hidden: Collection[str] = ()) -> None:
    from linernotes.cli.console import show as show_rows

    with ready() as workspace:
        rows = read(workspace.warehouse)
    show_rows(rows, form, title, hidden)


for checked in (coverage, stale, latest):
    check.add_command(checked)

REPORTS = (coverage, stale, latest, stats, providers, metrics, check, doctor, reports)
