"""The commands that only read. Nothing heavy is imported before it is needed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from linernotes.errors import ConfigurationError
from linernotes.options import environment, opened, report

if TYPE_CHECKING:
    from linernotes.house import House


@click.command()
@report
@environment
def coverage(form: str) -> None:
    """How many artists are described, per provider."""
    from linernotes import serve

    _report(form, "coverage", serve.coverage)


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
@report
@environment
def providers(form: str) -> None:
    """Who is asked: limits, licence, since when, and when something is due there next."""
    from linernotes.screen import show
    from linernotes.services import services

    with _ready() as house:
        rows = services(house)
    show(rows, form, "providers")


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the services whether they take the credentials.")
@report
@environment
def doctor(offline: bool, form: str) -> None:
    """Look everything over; each finding comes with its remedy."""
    from linernotes.doctor import examine
    from linernotes.screen import show

    with opened() as house:
        findings = examine(house, offline=offline)
    show([finding.row() for finding in findings], form, "doctor")
    if worst := next((finding for finding in findings if finding.error), None):
        raise worst.error or ConfigurationError(worst.finding, worst.remedy)


@contextmanager
def _ready() -> Iterator["House"]:
    from linernotes.pipeline import ensure_ready

    with opened() as house:
        ensure_ready(house)
        yield house


def _report(form: str, title: str, read: Callable[[Any], Any]) -> None:
    from linernotes.screen import show

    with _ready() as house:
        rows = read(house.warehouse)
    show(rows, form, title)


REPORTS = (coverage, stale, latest, providers, doctor)
