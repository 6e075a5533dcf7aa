"""The commands about releases and labels. Heavy modules are imported inside them."""

import click

from linernotes.cli.options import environment_options, format_option
from linernotes.cli.report_files import file_to_write, out_option, write_file
from linernotes.cli.reports import SHOWN, ready, reports

EDITIONS = "editions"
EDITION_COLUMNS = ("editionId", "releaseDate", "country", "labelName", "catalogNumber", "reason")
LONG = ("releaseId", "retrievedAt", "licence", "evidence")


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


def explain_release(given: str, field: str, form: str) -> None:
    """Print who said what of a release, or its editions with why each is not the one whose label counts."""
    from linernotes.cli.console import is_terminal
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.artist import value_summaries, values_of_field
    from linernotes.reports.releases import find_release
    from linernotes.reports.rows import published_columns

    with ready() as workspace:
        found = find_release(workspace.warehouse, given)
    if field:
        rows = found.editions if field.casefold() == EDITIONS else values_of_field(found.values, field)
        show_rows(rows, form, found.heading)
    elif form == "table":
        show_rows(list(map(published_columns, value_summaries(found.values))), form, found.heading)
        if not is_terminal():
            click.echo(f"\n{EDITIONS}")
        seen = [{name: row[name] for name in EDITION_COLUMNS} for row in found.rows]
        show_rows(seen, form, EDITIONS)
    else:
        show_rows(found.values, form, found.heading)


def explain_label(given: str, form: str) -> None:
    """Print who says which releases are on a label."""
    from linernotes.cli.console import show as show_rows
    from linernotes.reports.releases import find_label, label_witnesses

    with ready() as workspace:
        label = find_label(workspace.warehouse, given).label
        witnesses = label_witnesses(workspace.warehouse, label)
    show_rows(witnesses, form, f"{label['labelName']}, {label['labelId']}", hidden=LONG)
