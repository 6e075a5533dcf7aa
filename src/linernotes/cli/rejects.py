"""Commands about rejected lines: look at them, read them again, set them aside. Heavy modules are imported inside."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import Moment, command_workspace, environment_options, format_option
from linernotes.cli.reports import SHOWN

if TYPE_CHECKING:
    from linernotes.reports.rejects import Reject, RejectFilter
    from linernotes.reports.rows import Record

TOLD = ("rejectedAt", "file", "line", "field", "reason")
LONGEST_TEXT = 60  # characters
shown_option = click.option("--n", "shown", type=SHOWN, default=20, show_default=True, help="Number of lines to show.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Show how many lines it would be; change nothing.")


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select rejected lines; the command receives them as one RejectFilter, ``wanted``."""

    @wraps(command)
    def with_filter(reason: str, file: str, provider: str, since: datetime | timedelta | None, **rest: Any) -> None:
        command(**rest, wanted=_filter(reason, file, provider, since))

    options = (
        click.option("--reason", default="", help="Only lines whose reason contains this."),
        click.option("--file", default="", help="Only lines of files whose name contains this."),
        click.option("--provider", default="", help="Only lines of this provider, e.g. spotify, plays or roster."),
        click.option("--since", type=Moment(), help="Only lines rejected since then: an age such as 2d, or a time."),
    )
    selecting: Callable[..., None] = with_filter
    for option in reversed(options):
        selecting = option(selecting)
    return selecting


@click.group(invoke_without_command=True)
@shown_option
@format_option
@environment_options
@click.pass_context
def rejects(context: click.Context, shown: int, form: str) -> None:
    """List the latest rejected lines, or do something about them.

    Each comes with file, row, field, reason and the beginning of its text. JSON and CSV include the whole text.
    Rows of a roster that was imported again since are left out.
    """
    if context.invoked_subcommand is None:
        from linernotes.reports.rejects import RejectFilter

        _list(RejectFilter(), shown, form)


@rejects.command(name="list")
@filter_options
@shown_option
@format_option
@environment_options
def list_(wanted: "RejectFilter", shown: int, form: str) -> None:
    """List the latest rejected lines that match."""
    _list(wanted, shown, form)


@rejects.command()
@filter_options
@shown_option
@environment_options
def show(wanted: "RejectFilter", shown: int) -> None:
    """Show the text of the latest rejected lines that match, without private fields."""
    from linernotes.cli.console import echo
    from linernotes.runs.reading import open_lake_for_reading
    from linernotes.runs.rejects import list_rejects

    with command_workspace() as workspace, open_lake_for_reading(workspace):
        rows, left_out = list_rejects(workspace, wanted, shown)
        workspace.progress.say(*left_out)
    for row in rows:
        field = f"{row['field']}: " if row["field"] else ""
        echo(f"{row['file']}, line {row['line']}: {field}{row['reason']}\n  {row['raw'] or ''}")
    if not rows:
        echo("no rejected lines", err=True)


@rejects.command()
@filter_options
@dry_run_option
@environment_options
def replay(wanted: "RejectFilter", dry_run: bool) -> None:
    """Read rejected lines again by today's rules; load those that are good now.

    They are read from archive/, so each is loaded at most once. Lines that are still bad stay rejected.
    """
    from linernotes.runs.messages import replay_lines
    from linernotes.runs.rejects import replay_rejects

    with command_workspace(stoppable=not dry_run) as workspace:
        result = replay_rejects(workspace, wanted, dry_run=dry_run)
        workspace.progress.say(*replay_lines(result, dry_run=dry_run))


@rejects.command()
@filter_options
@click.option("--all", "everything", is_flag=True, help="Set all rejected lines aside.")
@dry_run_option
@environment_options
def discard(wanted: "RejectFilter", everything: bool, dry_run: bool) -> None:
    """Set rejected lines aside for good: no command shows or replays them.

    They stay in lake_ops__rejects and in archive/, also after a rebuild.
    """
    from linernotes.core.text import many
    from linernotes.reports.rejects import RejectFilter
    from linernotes.runs.rejects import discard_rejects

    if not everything and wanted == RejectFilter():
        raise click.UsageError("select lines with --reason, --file, --provider or --since, or all of them with --all")
    with command_workspace(stoppable=not dry_run) as workspace:
        number, left = discard_rejects(workspace, wanted, dry_run=dry_run)
        verb = "would discard" if dry_run else "discarded"
        workspace.progress.say(f"{verb} {many(number, 'rejected line')}, {left:,} left")


def _list(wanted: "RejectFilter", shown: int, form: str) -> None:
    from linernotes.cli.console import show as show_rows
    from linernotes.runs.reading import open_lake_for_reading
    from linernotes.runs.rejects import list_rejects

    with command_workspace() as workspace, open_lake_for_reading(workspace):
        rows, left_out = list_rejects(workspace, wanted, shown)
        show_rows([_in_short(row) for row in rows] if form == "table" else rows, form, "rejected")
        workspace.progress.say(*left_out)


def _in_short(row: "Reject") -> "Record":
    """The row with the beginning of its text; programs get all of it."""
    from linernotes.core.text import bounded, on_one_line

    told = {name: value for name, value in row.items() if name in TOLD}
    return {**told, "text": bounded(on_one_line(row["raw"] or ""), LONGEST_TEXT)}


def _filter(reason: str, file: str, provider: str, since: datetime | timedelta | None) -> "RejectFilter":
    from linernotes.core.clock import SystemClock
    from linernotes.reports.rejects import BEGINNING, RejectFilter

    moment = SystemClock().now() - since if isinstance(since, timedelta) else since
    return RejectFilter(reason, file, provider, moment or BEGINNING)
