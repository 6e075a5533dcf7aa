"""Commands about what a person has listened to. Heavy modules are imported inside them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import environment_options, format_option
from linernotes.cli.reports import ready

if TYPE_CHECKING:
    from linernotes.reports.listening import Kind, Listing
    from linernotes.reports.period import Zone
    from linernotes.storage.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
KINDS = ("artists", "tracks", "albums", "genres", "countries", "labels")
DAY = click.DateTime(["%Y-%m-%d"])
YEAR = click.IntRange(1900, 2999)
SHOWN = click.IntRange(1, 1_000_000)


def zone_option(command: Command) -> Command:
    """Add ``--time-zone``."""
    help_text = (
        "Zone in which days are counted, e.g. Europe/Berlin.  [default: LINERNOTES_TIME_ZONE, else this machine's]"
    )
    return click.option("--time-zone", "zone_name", help=help_text)(command)


def limit_option(command: Command) -> Command:
    """Add ``--limit``."""
    return click.option("--limit", type=SHOWN, default=20, show_default=True, help="Show at most N.", metavar="N")(
        command
    )


def period_options(command: Command) -> Command:
    """Add ``--year``, ``--from`` and ``--to``."""
    for option in (
        click.option("--to", "last", type=DAY, metavar="DAY", help="Only plays up to this day, included."),
        click.option("--from", "first", type=DAY, metavar="DAY", help="Only plays from this day on, e.g. 2025-03-01."),
        click.option("--year", type=YEAR, help="Only plays of this year."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@period_options
@click.option("--by", type=click.Choice(["plays", "hours"]), default="plays", show_default=True, help="Rank by this.")
@limit_option
@zone_option
@format_option
@environment_options
def top(  # noqa: PLR0917 - the options are independent of each other
    kind: "Kind",
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    by: str,
    limit: int,
    zone_name: str | None,
    form: str,
) -> None:
    """Rank what you listened to most.

    Shows plays, hours, the share of all plays of the period in percent, and the first and last day heard in the whole
    history. Artists count every play that they are credited on.
    """
    from linernotes.reports.listening import top as ranked
    from linernotes.reports.period import period_of

    with ready() as workspace:
        period = period_of(_zone(workspace, zone_name), year, first and first.date(), last and last.date())
        _show(workspace, ranked(workspace.warehouse, kind, period, limit, by_hours=by == "hours"), form)


@click.command()
@click.option("--year", type=YEAR, help="Artists first heard in this year.  [default: the latest of the history]")
@limit_option
@zone_option
@format_option
@environment_options
def discoveries(year: int | None, limit: int, zone_name: str | None, form: str) -> None:
    """List the artists first heard in a year.

    Shows all plays since, the most played artists first.
    """
    from linernotes.reports.listening import discoveries as found

    with ready() as workspace:
        _show(workspace, found(workspace.warehouse, _zone(workspace, zone_name), year, limit), form)


@click.command()
@click.argument("artist", shell_complete=complete_artists)
@period_options
@click.option("--limit", type=SHOWN, default=10, show_default=True, help="Show at most N tracks.", metavar="N")
@zone_option
@format_option
@environment_options
def history(artist: str, limit: int, zone_name: str | None, form: str, **written: Any) -> None:
    """Show how you listened to an artist.

    First and last day heard, plays by year, and the tracks played most: in all, or in a period.

    ARTIST is a Spotify id, URL or URI, an MBID, or a name.
    """
    from linernotes.cli.console import show, show_object
    from linernotes.reports.artist_lookup import known_artist
    from linernotes.reports.listening import artist_history
    from linernotes.reports.period import period_of

    with ready() as workspace:
        first, last = (written[name] and written[name].date() for name in ("first", "last"))
        period = period_of(_zone(workspace, zone_name), written["year"], first, last)
        known = known_artist(workspace.warehouse, artist, adds=False)
        found = artist_history(workspace.warehouse, known, period, limit)
        if not found.years:
            when = "" if str(period) == "all time" else f" in {period}"
            workspace.progress.say(f"{known.name or known.id}: no plays{when} in the tables")
    if form == "json":
        show_object(found.record)
    else:
        show(found.rows, form, f"history of {known.name or known.id}, {period}")


def _zone(workspace: "Workspace", given: str | None) -> "Zone":
    from linernotes.reports.period import VARIABLE, zone_of

    return zone_of(given or workspace.settings.environ.get(VARIABLE, ""))


def _show(workspace: "Workspace", listing: "Listing", form: str) -> None:
    from linernotes.cli.console import show
    from linernotes.reports.listening import IDS

    show(listing.rows, form, listing.title, IDS)
    workspace.progress.say(*listing.notes)


LISTENING = (top, history, discoveries)
