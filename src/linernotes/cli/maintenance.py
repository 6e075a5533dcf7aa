"""Commands that maintain stored data. Heavy modules are imported inside them."""

from datetime import datetime, timedelta

import click

from linernotes.cli.completion import complete_artists, complete_providers
from linernotes.cli.options import Age, Moment, command_workspace, environment_options, is_confirmed
from linernotes.core.errors import ConfigurationError


@click.command()
@click.option("--provider", shell_complete=complete_providers, help="Delete data of this provider.")
@click.option("--older-than", type=Age(), help="Delete data fetched longer ago than this, e.g. 365d.")
@click.option(
    "--artist", shell_complete=complete_artists, help="Delete data of this artist: id, URL, URI, MBID or name."
)
@click.option("--track", help="Delete data of this track: id, link, ISRC, MBID, or names as in 'Portishead - Roads'.")
@click.option(
    "--forget",
    is_flag=True,
    help="Also delete plays and lines of lists, so that the artists or the track are not fetched again.",
)
@click.option("--dry-run", is_flag=True, help="Show how much would be deleted; delete nothing.")
@click.option("--yes", is_flag=True, help="Delete without asking for confirmation.")
@environment_options
def purge(
    provider: str | None,
    older_than: timedelta | None,
    artist: str | None,
    track: str | None,
    *,
    forget: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Permanently delete fetched data.

    It is deleted from archive/, the tables, the hub and every copy. Only data that matches all given options is
    deleted. A rebuild cannot restore it. The next run fetches artists that are still in your plays or roster again,
    unless --forget removes those too.
    """
    from linernotes.cli.console import show
    from linernotes.runs.lifecycle import ensure_ready
    from linernotes.runs.purge import find, purge
    from linernotes.runs.purge_criteria import criteria_of

    with command_workspace() as workspace:
        ensure_ready(workspace)
        before = workspace.clock.now() - older_than if older_than is not None else None
        criteria = criteria_of(workspace, provider, before, artist, track, forget=forget)
        show(find(workspace, criteria).report(), "table", "purge")
        if dry_run:
            return
        workspace.warehouse.close()  # other commands need not wait for the answer
        if not yes and not is_confirmed("Delete this permanently?"):
            raise ConfigurationError("purge: nothing was deleted", "answer y, or use --yes")
        gone = purge(workspace, criteria)
        workspace.progress.say(
            f"deleted {sum(gone.rows.values()):,} rows and {len(gone.whole) + len(gone.rejected):,} files"
        )


@click.command()
@click.option("--provider", required=True, shell_complete=complete_providers, help="Take back misses of this provider.")
@click.option(
    "--since",
    required=True,
    type=Moment(),
    help="Misses since then: an age such as 2d or 12h, a date, or an instant such as 2026-11-29T07:00Z.",
)
@click.option("--reason", help="Only misses with this reason, e.g. not_found or invalid_id.")
@click.option("--dry-run", is_flag=True, help="Show how many items would be due again; change nothing.")
@environment_options
def retry(provider: str, since: datetime | timedelta, reason: str | None, dry_run: bool) -> None:
    """Take back wrong answers of a service: items marked as not found are due again at the next run.

    What the service said is kept. Repeating it changes nothing.
    """
    from linernotes.core.text import many
    from linernotes.runs.retry import retry_misses

    with command_workspace(stoppable=not dry_run) as workspace:
        moment = since if isinstance(since, datetime) else workspace.clock.now() - since
        items = retry_misses(workspace, provider, moment, reason, dry_run=dry_run)
        due = f"{provider}: {many(items, 'item')} {'would be' if dry_run else 'is' if items == 1 else 'are'} due again"
        workspace.progress.say(f"{due}\nnext: linernotes run" if items and not dry_run else due)


MAINTENANCE = (purge, retry)
