"""The commands about labels. Heavy modules are imported inside them."""

import click

from linernotes.cli.options import environment_options, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.cli.reports import SHOWN, ready, reports


@reports.command(name="labels")
@click.option("--n", "shown", type=SHOWN, default=100, show_default=True, help="Number of labels to show.")
@out_option
@format_option
@environment_options
def labels(shown: int, out: str | None, form: str) -> None:
    """List the labels of your artists' releases, those with the most artists first.

    Releases that were not asked about are not counted: see LABEL_RESOLUTION_METHOD.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.releases import labels as labels_of

    path = file_to_write(out, "report labels")
    with ready() as workspace:
        made = labels_of(workspace.warehouse, workspace.clock.now(), shown)
        if path:
            write_file(path, made, workspace)
        else:
            show_rows(made.rows, form, "labels")
        workspace.progress.say(*made.notes)
