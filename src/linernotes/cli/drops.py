"""The commands about exports of streams, campaigns and sales. Heavy modules are imported inside them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from linernotes.cli.options import Command, Moment, command_workspace, environment_options, finish, format_option

PATHS = click.Path(exists=True)


def _reading_options(command: Command) -> Command:
    """Add the options that say how any export is to be read."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--as-of", type=Moment(), help="When the files were exported.  [default: the time of each file]"),
        click.option("--currency", metavar="CODE", help="Currency of amounts whose file names none, such as EUR."),
        click.option("--decimal", type=click.Choice([".", ","]), help="Decimal sign, where no amount shows it."),
        click.option("--day-first/--month-first", default=None, help="Order of dates such as 3/4/2026."),
        click.option("--period", help="Days of files without days: 28d, 1y, all, or 2026-11-01..2026-11-28."),
        click.option(
            "--dry-run", is_flag=True, help="Show what each file is and what would be rejected; write nothing."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return format_option(environment_options(command))


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--artist", help="Artist of files that do not name one.")
@click.option("--song", help="Song of a file that does not name it.")
@_reading_options
def streams(paths: tuple[str, ...], dry_run: bool, form: str, **options: Any) -> None:
    """Import exports of streams and sales: CSV, TSV, XLSX, zips and folders of them.

    Spotify for Artists, Apple Music for Artists, YouTube Studio, DistroKid, TuneCore and Believe are known by their
    headings. A newer export of the same days replaces an older one; no version is lost.
    """
    _import("streams", paths, form, dry_run=dry_run, **options)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--account", help="Ad account, if there are several of one service.")
@click.option("--time-zone", help="Time zone of the account's days, such as Europe/Paris; asked once per account.")
@_reading_options
def campaigns(paths: tuple[str, ...], dry_run: bool, form: str, time_zone: str | None, **options: Any) -> None:
    """Import exports of ad campaigns and smart links: CSV, TSV, XLSX, zips and folders of them.

    Meta Ads in six languages, Google Ads and TikTok Ads are known by their headings; for smart links there is a
    template: linernotes template smart_links.
    """
    from linernotes.core.zones import zone_named

    if time_zone is not None:
        zone_named(time_zone)
    _import("campaigns", paths, form, dry_run=dry_run, time_zone=time_zone, **options)


@click.command()
@click.argument("name", required=False)
@click.option("--out", type=click.Path(dir_okay=False), help="Write it to this file.")
@environment_options
def template(name: str | None, out: str | None) -> None:
    """Print the heading of a table to fill in yourself: labels or smart_links. Without a NAME, list them."""
    from linernotes.cli.console import echo
    from linernotes.core.errors import ConfigurationError
    from linernotes.core.text import nearest

    with command_workspace() as workspace:
        known = {drop.drop: drop for drop in workspace.settings.configs.drops.values() if drop.template}
        if name is None:
            echo("\n".join(f"{drop.drop}: {drop.title}" for drop in known.values()))
            return
        if name not in known:
            raise ConfigurationError(f"unknown template {name!r}", nearest(name, known))
        heading = ",".join(known[name].told_by) + "\n"
        if out is None:
            echo(heading.rstrip())
            return
        if Path(out).exists():
            raise ConfigurationError(f"{out} is already there", "name another file, or remove that one")
        Path(out).write_text(heading, encoding="utf-8")
        command = known[name].command
        workspace.progress.say(f"wrote {out}\nnext: fill in its rows, then linernotes import {command} {out}")


def _import(command: str, paths: tuple[str, ...], form: str, *, dry_run: bool, **options: Any) -> None:
    from linernotes.cli.console import show
    from linernotes.runs.imports.drops import import_drops, inspect_drops
    from linernotes.runs.messages import import_lines
    from linernotes.sources.drops.given import Given

    with command_workspace(stoppable=not dry_run) as workspace:
        given = Given(**options | {"as_of": _moment(options["as_of"], workspace.clock.now())})
        if dry_run:
            rows, trouble = inspect_drops(workspace, command, paths, given)
            show(rows, form, "would import")
            finish(workspace, trouble)
        else:
            result = import_drops(workspace, command, paths, given)
            finish(workspace, result.error, *import_lines(result, "row"))


def _moment(given: "datetime | timedelta | None", now: datetime) -> datetime | None:
    moment = now - given if isinstance(given, timedelta) else given
    return moment and moment.astimezone(UTC)


DROPS = (streams, campaigns)
