"""Commands about the answers that are kept. Heavy modules are imported inside them."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.completion import complete_artists, complete_providers
from linernotes.cli.options import (
    Age,
    command_workspace,
    environment_options,
    format_option,
    is_confirmed,
)
from linernotes.cli.reports import SHOWN, first_columns, ready
from linernotes.core.errors import ConfigurationError

if TYPE_CHECKING:
    from linernotes.storage.workspace import Workspace

COLUMNS = 8  # of an answer on a screen


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select answers; the command receives them as one dictionary, ``selected``."""

    @wraps(command)
    def with_filter(provider: str | None, artist: str | None, older_than: timedelta | None, **rest: Any) -> None:
        command(**rest, selected={"provider": provider, "artist": artist, "older_than": older_than})

    selecting: Callable[..., None] = with_filter
    for option in (
        click.option("--older-than", type=Age(), help="Only answers older than this, e.g. 30d or 12h."),
        click.option("--artist", shell_complete=complete_artists, help="Only answers about this artist."),
        click.option("--provider", shell_complete=complete_providers, help="Only answers of this provider."),
    ):
        selecting = option(selecting)
    return selecting


@click.group()
def cache() -> None:
    """Look at the answers that are kept, or have them fetched again.

    What a service answered is kept and not asked for again as long as it is fresh. `linernotes providers` says for
    how long that is.
    """


@cache.command(name="list")
@filter_options
@click.option("--n", "shown", type=SHOWN, default=20, show_default=True, help="Number of answers to show.")
@format_option
@environment_options
def list_(selected: dict[str, Any], shown: int, form: str) -> None:
    """List the answers that are kept, the oldest first: the provider, the artist, the date, and whether it is fresh.

    JSON and CSV also have the ids.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.core.text import many
    from linernotes.reports.cache import kept_answers, kept_counts

    with ready() as workspace:
        wanted, now = _filter(workspace, selected), workspace.clock.now()
        rows = kept_answers(workspace.warehouse, wanted, now, shown)
        counts = kept_counts(workspace.warehouse, wanted, now)
        show_rows(first_columns(rows, COLUMNS, form), form, "kept answers")
        total = sum(row["answers"] for row in counts)
        states = {
            "fresh": sum(row["fresh"] for row in counts),
            "stale": sum(row["stale"] for row in counts),
            "marked": sum(row["marked"] for row in counts),
            "final": sum(row["final"] for row in counts),
        }
        told = ", ".join(f"{number:,} {state}" for state, number in states.items() if number)
        listed = f"; {len(rows):,} listed, --n lists more" if len(rows) < total else ""
        workspace.progress.say(f"{many(total, 'answer')} kept{': ' if told else ''}{told}{listed}")


@cache.command()
@filter_options
@click.option("--dry-run", is_flag=True, help="Show how many answers it would be; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@environment_options
def invalidate(selected: dict[str, Any], dry_run: bool, yes: bool) -> None:
    """Have answers fetched again by the next run, although they may be fresh.

    Nothing is deleted: what is known stays until a newer answer comes. Only answers that match all given options are
    marked; at least one option is needed.
    """
    from linernotes.cli.console import show as show_rows
    from linernotes.core.text import many
    from linernotes.reports.cache import kept_counts
    from linernotes.runs.cache import invalidate as mark
    from linernotes.runs.cache import markable
    from linernotes.runs.lifecycle import ensure_ready

    if not any(selected.values()):
        raise click.UsageError("select answers with --provider, --artist or --older-than")
    with command_workspace(stoppable=not dry_run) as workspace:
        ensure_ready(workspace)
        wanted = _filter(workspace, selected)
        counts = kept_counts(workspace.warehouse, wanted, workspace.clock.now())
        show_rows(counts, "table", "kept answers")
        number = sum(map(markable, counts))
        if dry_run or not number:
            workspace.progress.say(f"{many(number, 'answer')} would be fetched again")
            return
        workspace.warehouse.close()  # other commands need not wait for the confirmation
        if not yes and not is_confirmed(f"Fetch {many(number, 'answer')} again at the next run?"):
            raise ConfigurationError("cache invalidate: nothing was changed", "answer y, or use --yes")
        workspace.progress.say(
            f"{many(mark(workspace, wanted), 'answer')} will be fetched again; until then the old ones count",
            "next: linernotes run",
        )


def _filter(workspace: "Workspace", selected: dict[str, Any]) -> Any:
    from linernotes.runs.cache import answer_filter

    age: timedelta | None = selected["older_than"]
    before = workspace.clock.now() - age if age is not None else None
    return answer_filter(workspace, selected["provider"], selected["artist"], before)
