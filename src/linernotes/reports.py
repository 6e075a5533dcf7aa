"""The commands that only read. Nothing heavy is imported before it is needed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from linernotes.errors import BelowExpectations, Busy
from linernotes.options import FORMATS, environment, last_days, opened, report, walking

if TYPE_CHECKING:
    from linernotes.house import House


@click.command()
@click.option("--fields", is_flag=True, help="How well each field is filled instead, and whether that changes.")
@report
@environment
def coverage(fields: bool, form: str) -> None:
    """How many artists are described, per provider."""
    from linernotes import serve

    _report(form, "coverage", serve.field_coverage if fields else serve.coverage)


@click.command()
@click.option("--days", type=click.IntRange(min=0, max=36_500), default=90, show_default=True)
@report
@environment
def stale(days: int, form: str) -> None:
    """The artists with the oldest answers."""
    from linernotes import serve

    _report(form, f"older than {days} days", lambda warehouse: serve.stale(warehouse, days))


@click.command()
@report
@environment
def latest(form: str) -> None:
    """What the last seven days brought, day by day."""
    from linernotes import serve

    _report(form, "the last seven days", serve.latest)


@click.command()
@click.option("--n", "shown", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="How many.")
@report
@environment
def rejects(shown: int, form: str) -> None:
    """The last bad lines: of which file and row, in which field, and why; as JSON or CSV with their text."""
    from linernotes import serve
    from linernotes.screen import show as show_rows

    with _ready() as house:
        rows = serve.rejects(house.warehouse, shown)
    show_rows(_first_columns(rows, 5, form), form, "rejected")


@click.command()
@report
@environment
def providers(form: str) -> None:
    """Who is asked: limits, licence, since when, and when something is due there next."""
    from linernotes.screen import show as show_rows
    from linernotes.services import in_short, services

    with _ready() as house:
        rows = services(house)
    show_rows(in_short(rows) if form == "table" else rows, form, "providers")


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
    from linernotes import metrics as measured
    from linernotes.screen import show as show_rows

    with _ready() as house:
        if form == "prometheus":
            from linernotes.exposition import exposition

            text = exposition(measured.totals(house.warehouse), measured.durations(house.warehouse))
            click.echo(text, nl=False)
            return
        rows = measured.metrics(house.warehouse, house.clock.now() - timedelta(days=days))
    show_rows(rows, form, f"the last {days} days, times in seconds")


@click.group()
def check() -> None:
    """Hold what is there against what is expected."""


@check.command()
@last_days
@report
@environment
def slo(days: int, form: str) -> None:
    """Hold the last days against slo.yaml; exit 4 if an objective is missed."""
    from linernotes.metrics import totals
    from linernotes.screen import show as show_rows
    from linernotes.slo import breaches, judged

    with _ready() as house:
        rows = totals(house.warehouse, house.clock.now() - timedelta(days=days))
        verdicts = judged(rows, house.settings.configs.slo)
        if not verdicts:
            house.tell.say(f"nothing to measure yet: nobody was asked in the last {days} days")
    show_rows(verdicts, form, f"objectives, the last {days} days")
    if missed := breaches(verdicts):
        told = f"check slo: {len(missed)} of {len(verdicts)} objectives missed: {'; '.join(missed[:5])}"
        told += f" and {len(missed) - 5} more" if len(missed) > 5 else ""
        raise BelowExpectations(told, "linernotes metrics tells more; what is expected stands in slo.yaml")


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the services whether they take the credentials.")
@report
@environment
def doctor(offline: bool, form: str) -> None:
    """Look everything over; each finding comes with its remedy."""
    from linernotes.doctor import examine, in_all
    from linernotes.screen import show as show_rows

    with opened() as house:
        findings = examine(house, offline=offline)
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
    with _ready() as house:
        _show(house, artist)


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
    from linernotes.portrait import explained, facts_of, find_artist, in_short
    from linernotes.screen import show as show_rows
    from linernotes.screen import show_each

    with _ready() as house:
        known = find_artist(house.warehouse, artist)
        facts = facts_of(house.warehouse, known)
    title = f"{known['artistName'] or '(no name)'}, {known['artistId']}"
    if field:
        show_each(explained(facts, field), form, title)
    else:
        show_rows(in_short(facts) if form == "table" else facts, form, title)


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

    from linernotes.screen import show as show_rows
    from linernotes.spreadsheet import write
    from linernotes.top_list import top_artists as report_of

    asked_for = click.get_current_context().get_parameter_source("form")
    if out and asked_for is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--format is for the screen; how --out is written, the end of its name says")
    with _ready() as house:
        made = report_of(house, shown)
        if out:
            write(Path(out), made)
            house.tell.say(f"wrote {len(made.rows):,} artists to {out}")
    if not out:
        show_rows(_first_columns(made.rows, 6, form), form, "top artists")


def _first_columns(rows: Iterable[Mapping[str, Any]], shown: int, form: str) -> list[dict[str, Any]]:
    """As many as a screen is wide; programs get them all."""
    columns = shown if form == "table" else None
    return [dict(list(row.items())[:columns]) for row in rows]


def _show(house: "House", artist: str) -> None:
    from linernotes.portrait import find_artist, portrait
    from linernotes.screen import show_object

    show_object(portrait(house.warehouse, find_artist(house.warehouse, artist)))


def _show_refreshed(artist: str) -> None:
    from linernotes.asking import walk_all
    from linernotes.budget import Budget
    from linernotes.discover import select
    from linernotes.introduce import introduced
    from linernotes.screen import failed, partly
    from linernotes.serve import failures

    with opened() as house, walking(house, "show --refresh", "refresh") as walk:
        (key,) = introduced(walk, [artist])
        priced = house.settings.configs.priced
        picked = select("refresh", walk.run.started_at, timedelta(0), priced=priced, artists=[key])
        walk_all(walk, house.settings.configs.providers.values(), picked, Budget())
        house.tell.say(*failed(failures(house.warehouse, walk.run.id)), *partly(walk.untold))
        _show(house, key)


@contextmanager
def _ready() -> Iterator["House"]:
    """The house, ready to be read; while a run is at work in it, what the last one published."""
    from linernotes.pipeline import ensure_ready

    with opened() as house:
        try:
            ensure_ready(house)
        except Busy as busy:
            if not house.warehouse.read_published(busy):
                raise
            house.tell.say(f"{busy.message}; this is what the last run published")
        yield house


def _report(form: str, title: str, read: Callable[[Any], Any]) -> None:
    from linernotes.screen import show as show_rows

    with _ready() as house:
        rows = read(house.warehouse)
    show_rows(rows, form, title)


for checked in (coverage, stale, latest):
    check.add_command(checked)

REPORTS = (coverage, stale, latest, rejects, providers, metrics, check, show, explain, doctor, handed_on)
