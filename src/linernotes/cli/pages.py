"""Commands that write pages to look at. Heavy modules are imported inside them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.listening import period_options, zone_option
from linernotes.cli.options import command_workspace, environment_options
from linernotes.cli.reports import reports

if TYPE_CHECKING:
    from linernotes.reports.page.page import Page
    from linernotes.reports.period import Period, Zone
    from linernotes.storage.workspace import Workspace

TOP = click.IntRange(1, 40)
page_out_option = click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write.")
page_format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["html", "png"]),
    help="A page, or a card as a picture.  [default: by the extension of --out]",
)
owner_option = click.option("--name", "owner", default="", help="Name for the title. Without it the page has none.")


@reports.command(name="listening")
@page_out_option
@page_format_option
@period_options
@click.option("--all-time", is_flag=True, help="The whole history instead of one year.")
@click.option("--top", "shown", type=TOP, default=10, show_default=True, help="Artists in each list.", metavar="N")
@click.option("--hide", "hidden", multiple=True, metavar="ARTIST", help="Leave this artist out. May be repeated.")
@click.option("--private", is_flag=True, help="For your own eyes: add the dates of comebacks.")
@owner_option
@zone_option
@environment_options
def listening(out: str, form: str | None, shown: int, hidden: tuple[str, ...], owner: str, **given: Any) -> None:
    """Write a page about your listening, to look at and to share.

    It covers this year unless other days are given. The page is one file without scripts and asks no other machine for
    anything. It has no times of day, no sources and nothing about your accounts.
    """
    from linernotes.reports.page.listening import Wishes, listening_page
    from linernotes.runs.published import open_published

    path = page_file(out, form, "report listening")
    with command_workspace() as workspace, open_published(workspace):
        zone = _zone(workspace, given["zone_name"])
        wishes = Wishes(owner, shown, hidden, private=given["private"])
        page = listening_page(workspace, _period(zone, given), zone, wishes)
        write_page(path, page, workspace, ("genres", "artists"))


@reports.command(name="library")
@page_out_option
@page_format_option
@click.option("--roster", default="", help="Only the artists of this roster.")
@owner_option
@environment_options
def library(out: str, form: str | None, roster: str, owner: str) -> None:
    """Write a page about your library or a roster.

    It shows the artists to look at first, who rises, how much the services know, countries, genres and labels.
    """
    from linernotes.reports.page.library import library_page
    from linernotes.reports.rosters import known_roster
    from linernotes.runs.published import open_published

    path = page_file(out, form, "report library")
    with command_workspace() as workspace, open_published(workspace):
        if roster:
            known_roster(workspace.warehouse, roster)
        write_page(path, library_page(workspace, roster, owner), workspace, ("opportunity", "growth", "labels"))


def open_page(path: Path) -> None:
    """Show a page in the browser of this machine."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())


def page_file(out: str, form: str | None, command: str) -> Path:
    """The file to write, with the extension of the format if it has none."""
    from linernotes.reports.page.files import expect_page

    path = Path(out)
    if form and path.suffix.lower() != f".{form}":
        path = path.with_name(f"{path.name}.{form}")
    expect_page(path, command)
    return path


def write_page(path: Path, page: "Page", workspace: "Workspace", shown: tuple[str, ...]) -> None:
    """Write the page, or a card with the first figures of those shown, and say where it is."""
    from linernotes.reports.page.files import write

    write(path, page, shown, workspace.scratch)
    workspace.progress.say(f"wrote {path}")


def _zone(workspace: "Workspace", given: str | None) -> "Zone":
    from linernotes.reports.page.listening import page_zone
    from linernotes.reports.period import VARIABLE

    name = given or workspace.settings.environ.get(VARIABLE, "")
    zone = page_zone(name)
    if not name:
        hint = "; if you live elsewhere: --time-zone Europe/Berlin" if zone.name in {"UTC", "Etc/UTC"} else ""
        workspace.progress.say(f"days and hours are those of {zone.name}, the time zone of this machine{hint}")
    return zone


def _period(zone: "Zone", given: dict[str, Any]) -> "Period | None":
    from linernotes.reports.period import Period, period_of

    first, last = given["first"], given["last"]
    days = [day.date() if isinstance(day, datetime) else None for day in (first, last)]
    if given["all_time"]:
        if given["year"] or any(days):
            raise click.UsageError("--all-time cannot be combined with --year, --from or --to")
        return Period(zone)
    return period_of(zone, given["year"], *days) if given["year"] or any(days) else None


PAGES = (listening, library)
