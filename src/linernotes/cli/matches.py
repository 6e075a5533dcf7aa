"""The commands about what names in imported files mean. Heavy modules are imported inside them."""

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import command_workspace, environment_options, format_option
from linernotes.cli.reports import first_columns, ready


@click.group()
def match() -> None:
    """Match names in imported exports with your artists and tracks."""


@match.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Also those that are matched, and by what.")
@format_option
@environment_options
def list_(everything: bool, form: str) -> None:
    """List artists, tracks and campaigns of imported exports without a match, and why.

    The ids in the first column are for linernotes match confirm. JSON and CSV also have the ids of matches.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.matches import matches

    with ready() as workspace:
        rows = matches(workspace.warehouse, everything=everything)
    show_rows(first_columns(rows, 8, form), form, "matches" if everything else "without a match")


@match.command()
@click.argument("subject")
@click.option("--artist", shell_complete=complete_artists, help="The artist it means: a Spotify id or URL, or a name.")
@click.option("--track", help="The track it means: its id, a Spotify link, an ISRC, or its title.")
@click.option("--note", help="Why.")
@click.option("--by", "author", help="Your name, stored with it. By default no name is stored.")
@environment_options
def confirm(subject: str, artist: str | None, track: str | None, note: str | None, author: str | None) -> None:
    """Confirm what a name in an export means; it counts for all files that have it.

    SUBJECT is an id from linernotes match list. Without --artist and --track, a confirmation is taken back.
    """
    from linernotes.runs.imports.matches import confirm_match

    with command_workspace(stoppable=True) as workspace:
        meant = confirm_match(workspace, subject, artist, track, note or None, author or None)
        workspace.progress.say(f"{meant}\nnext: linernotes transform builds the tables with it")
