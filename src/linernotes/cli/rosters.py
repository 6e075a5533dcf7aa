"""The report of imported rosters. Heavy modules are imported inside the command."""

import click

from linernotes.cli.options import environment_options, format_option
from linernotes.cli.reports import first_columns, ready, reports


@reports.command(name="roster")
@click.option("--roster", default="", help="Only this roster.")
@click.option("--unresolved", is_flag=True, help="Only the rows without an artist, and what to do about each.")
@format_option
@environment_options
def roster_rows(roster: str, unresolved: bool, form: str) -> None:
    """List the rows of imported rosters, the artist of each and its own columns."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.rosters import roster_report
    from linernotes.reports.rosters import roster_rows as rows_of

    with ready() as workspace:
        rows = roster_report(rows_of(workspace.warehouse, roster, unresolved=unresolved))
    show_rows(first_columns(rows, 7 if unresolved else 5, form), form, "roster")
