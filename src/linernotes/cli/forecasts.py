"""The command about days to come. Heavy modules are imported inside it."""

import click

from linernotes.cli.completion import complete_artists
from linernotes.cli.options import environment_options, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.cli.reports import ready


@click.command()
@click.option("--days", "horizon", type=click.IntRange(1, 56), default=28, show_default=True, help="Days to come.")
@click.option("--artist", default="", shell_complete=complete_artists, help="Only this artist: its name or its id.")
@out_option
@format_option
@environment_options
def forecast(horizon: int, artist: str, out: str | None, form: str) -> None:
    """Forecast the streams of each artist and track from imported days, and show how wrong that was before.

    errorPct is the mean error on days of the past that the method was not chosen by, naiveErrorPct that of repeating
    the last week, coveragePct the share of these days within the interval. A series without enough of a past gets a
    reason instead. Files, JSON and CSV have a row per day, with an interval for eight days of ten.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.forecast import forecast_report, forecasts

    path = file_to_write(out, "forecast")
    with ready() as workspace:
        now = workspace.clock.now()
        found = forecasts(workspace.warehouse, now.date(), horizon, artist)
        report = forecast_report(found, now, horizon)
        if path:
            write_file(path, report, workspace)
        else:
            show_rows([each.summary for each in found] if form == "table" else report.rows, form, "forecast")
        workspace.progress.say(*report.notes)
