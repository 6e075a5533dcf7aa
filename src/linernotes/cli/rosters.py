"""The report of imported rosters. Heavy modules are imported inside the command."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from linernotes.cli.options import environment_options, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.cli.reports import ready, reports

SHOWN = ("roster", "row", "artistName", "matchedBy", "why")
SHOWN_OF_UNRESOLVED = ("roster", "row", "artistName", "why", "candidates", "whatToDo")
MORE = "--format csv or --out FILE has them"


@reports.command(name="roster")
@click.option("--roster", default="", help="Only this roster.")
@click.option("--unresolved", is_flag=True, help="Only the rows without a Spotify artist, and what to do about each.")
@out_option
@format_option
@environment_options
def roster_rows(roster: str, unresolved: bool, out: str | None, form: str) -> None:
    """List the rows of imported rosters: the artist of each, how it was matched, and the roster's own columns.

    Own columns are shown where they fit; --out, --format csv and json have all of them. Links can be put into the
    column link of such a file, and the file imported again; with --name it replaces the roster of that name.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.rosters import roster_report

    path = file_to_write(out, "report roster")
    with ready() as workspace:
        made = roster_report(workspace, roster, unresolved=unresolved)
        if path:
            write_file(path, made, workspace)
        else:
            rows, hidden = _fitting(made.rows, SHOWN_OF_UNRESOLVED if unresolved else SHOWN, form)
            show_rows(rows, form, "roster")
            workspace.progress.say(*(f"own columns that do not fit: {', '.join(names)}; {MORE}" for names in hidden))
        workspace.progress.say(*made.notes)


def _fitting(
    rows: Sequence[Mapping[str, Any]], shown: Sequence[str], form: str
) -> tuple[Sequence[Mapping[str, Any]], list[list[str]]]:
    """The rows as wide as a terminal, with the own columns that have room; programs and files get all columns."""
    from linernotes.cli.console import columns_with_room, is_terminal
    from linernotes.core.roster_report import OURS

    if form != "table" or not is_terminal() or not rows:
        return rows, []
    own = [name for name in rows[0] if name not in OURS]
    fit = columns_with_room(rows, shown, own)
    left = [name for name in own if name not in fit]
    return [{name: row[name] for name in (*shown, *fit)} for row in rows], [left] if left else []
