"""The commands that only read. Nothing heavy is imported before it is needed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import FORMATS, environment, finish, last_days, opened, report
from linernotes.core.errors import BelowExpectations

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace


@click.command()
@click.option("--fields", is_flag=True, help="How well each field is filled instead, and whether that changes.")
@report
@environment
def coverage(fields: bool, form: str) -> None:
    """How many artists are described, per provider."""
    from linernotes.reports import queries

    _report(form, "coverage", queries.field_coverage if fields else queries.coverage)


@click.command()
@click.option("--days", type=click.IntRange(min=0, max=36_500), default=90, show_default=True)
@report
@environment
def stale(days: int, form: str) -> None:
    """The artists with the oldest answers."""
    from linernotes.reports import queries

    _report(form, f"older than {days} days", lambda warehouse: queries.stale_artists(warehouse, days))


@click.command()
@report
@environment
def latest(form: str) -> None:
    """What the last seven days brought, day by day."""
    from linernotes.reports import queries

    _report(form, "the last seven days", queries.latest_enrichments)


@click.command()
@click.option("--n", "shown", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="How many.")
@report
@environment
def rejects(shown: int, form: str) -> None:
    """The last bad lines: of which file and row, in which field, and why; as JSON or CSV with their text."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports import queries

    with _ready() as workspace:
        rows = queries.rejects(workspace.warehouse, shown)
    show_rows(_first_columns(rows, 5, form), form, "rejected")


@click.command()
@report
@environment
def providers(form: str) -> None:
    """Who is asked: limits, licence, since when, and when something is due there next."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.providers import provider_statuses, provider_summaries
    from linernotes.reports.rows import published_columns

    with _ready() as workspace:
        statuses = provider_statuses(workspace)
    rows = provider_summaries(statuses) if form == "table" else statuses
    show_rows([published_columns(row) for row in rows], form, "providers")


@click.command()
@last_days
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS.choices, "prometheus"]),
    default="table",
    show_default=True,
    help="prometheus counts over all time, whatever --days says.",
)
@environment
def metrics(days: int, form: str) -> None:
    """How the providers did: requests, rates of success and cache hits, latencies in seconds, circuit breakers."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports import metrics as measured
    from linernotes.reports.rows import published_columns

    with _ready() as workspace:
        if form == "prometheus":
            from linernotes.reports.prometheus import prometheus_text

            text = prometheus_text(measured.totals(workspace.warehouse), measured.run_durations(workspace.warehouse))
            click.echo(text, nl=False)
            return
        rows = measured.metrics(workspace.warehouse, workspace.clock.now() - timedelta(days=days))
    show_rows([published_columns(row) for row in rows], form, f"the last {days} days, times in seconds")


@click.group()
def check() -> None:
    """Hold what is there against what is expected."""


@check.command()
@last_days
@report
@environment
def slo(days: int, form: str) -> None:
    """Hold the last days against slo.yaml; exit 4 if an objective is missed."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.metrics import totals
    from linernotes.reports.rows import published_columns
    from linernotes.reports.service_levels import breaches, service_levels

    with _ready() as workspace:
        rows = totals(workspace.warehouse, workspace.clock.now() - timedelta(days=days))
        levels = service_levels(rows, workspace.settings.configs.slo)
        if not levels:
            workspace.progress.say(f"nothing to measure yet: nobody was asked in the last {days} days")
    show_rows([published_columns(level) for level in levels], form, f"objectives, the last {days} days")
    if missed := breaches(levels):
        first = "; ".join(missed[:5])
        more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
        message = f"check slo: {len(missed)} of {len(levels)} objectives missed: {first}{more}"
        raise BelowExpectations(message, "linernotes metrics tells more; what is expected stands in slo.yaml")


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the services whether they take the credentials.")
@report
@environment
def doctor(offline: bool, form: str) -> None:
    """Look everything over; each finding comes with its remedy."""
    from linernotes.cli.console import show as show_rows
    from linernotes.runs.doctor import examine, in_all

    with opened() as workspace:
        findings = examine(workspace, offline=offline)
    show_rows([finding.row() for finding in findings], form, "doctor")
    if trouble := in_all(findings):
        raise trouble


@click.command()
@click.argument("artist")
@click.option("--refresh", is_flag=True, help="Ask everybody again first, whatever is known and however fresh it is.")
@environment
def show(artist: str, refresh: bool) -> None:
    """One artist as a JSON object: what is known, since when, from whom, and notes where something is not.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name. With --refresh a new id or URL is brought in.
    """
    if refresh:
        _show_refreshed(artist)
        return
    with _ready() as workspace:
        _show(workspace, artist)


@click.command()
@click.argument("artist")
@click.argument("field", required=False)
@report
@environment
def explain(artist: str, field: str | None, form: str) -> None:
    """Every fact about an artist: who said it, when, under which licence, and which one counts.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name; FIELD is a column such as genres or monthlyListeners. On the
    screen a whole artist is shown in short; with FIELD, and as JSON or CSV, with when, licence and evidence.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.cli.console import show_each
    from linernotes.reports.artist import artist_values, find_artist, value_summaries, values_of_field
    from linernotes.reports.rows import published_columns

    with _ready() as workspace:
        known = find_artist(workspace.warehouse, artist)
        values = artist_values(workspace.warehouse, known)
    title = f"{known['artistName'] or '(no name)'}, {known['artistId']}"
    if field:
        show_each(values_of_field(values, field), form, title)
    else:
        show_rows(list(map(published_columns, value_summaries(values))) if form == "table" else values, form, title)


@click.group(name="report")
def handed_on() -> None:
    """Write a report to hand on."""


@handed_on.command(name="top-artists")
@click.option("--n", "shown", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="How many.")
@click.option(
    "--out", type=click.Path(dir_okay=False), help="A file that ends in .xlsx or .csv, instead of the screen."
)
@report
@environment
def top_artists(shown: int, out: str | None, form: str) -> None:
    """The artists of the greatest opportunity, with reach, label and management, and who says so."""
    from pathlib import Path

    from linernotes.cli.console import show as show_rows
    from linernotes.reports.top_artists import top_artists as report_of
    from linernotes.reports.xlsx import write

    asked_for = click.get_current_context().get_parameter_source("form")
    if out and asked_for is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--format is for the screen; how --out is written, the end of its name says")
    with _ready() as workspace:
        made = report_of(workspace, shown)
        if out:
            write(Path(out), made)
            workspace.progress.say(f"wrote {len(made.rows):,} artists to {out}")
    if not out:
        show_rows(_first_columns(made.rows, 6, form), form, "top artists")


def _first_columns(rows: Iterable[Mapping[str, Any]], shown: int, form: str) -> list[dict[str, Any]]:
    """As many as a screen is wide; programs get them all."""
    columns = shown if form == "table" else None
    return [dict(list(row.items())[:columns]) for row in rows]


def _show(workspace: "Workspace", artist: str) -> None:
    from dataclasses import asdict

    from linernotes.cli.console import show_object
    from linernotes.reports.artist import artist_profile, find_artist

    show_object(asdict(artist_profile(workspace.warehouse, find_artist(workspace.warehouse, artist))))


def _show_refreshed(artist: str) -> None:
    from linernotes.runs.enrich.run import refresh_artist
    from linernotes.runs.messages import failed, partly

    with opened(stoppable=True) as workspace:
        result = refresh_artist(workspace, artist)
        workspace.progress.say(*failed(result.failures), *partly(result.partial))
        _show(workspace, artist)
        finish(workspace, result.error)


@contextmanager
def _ready() -> Iterator["Workspace"]:
    """The workspace, ready to be read."""
    from linernotes.runs.lifecycle import open_for_reading

    with opened() as workspace, open_for_reading(workspace):
        yield workspace


def _report(form: str, title: str, read: Callable[[Any], Any]) -> None:
    from linernotes.cli.console import show as show_rows

    with _ready() as workspace:
        rows = read(workspace.warehouse)
    show_rows(rows, form, title)


for checked in (coverage, stale, latest):
    check.add_command(checked)

REPORTS = (coverage, stale, latest, rejects, providers, metrics, check, show, explain, doctor, handed_on)
