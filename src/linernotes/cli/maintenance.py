"""The commands that keep what there is in order. Nothing heavy is imported before it is needed."""

from datetime import timedelta

import click

from linernotes.cli.options import Age, environment, opened
from linernotes.core.errors import ConfigurationError


@click.command()
@click.option("--provider", help="What this provider said.")
@click.option("--older-than", type=Age(), help="What was said longer ago than e.g. 365d.")
@click.option("--artist", help="What was said of this artist: id, URL, URI, MBID or name.")
@click.option("--forget", is_flag=True, help="Also plays and roster lines, so that nobody is asked about them again.")
@click.option("--dry-run", is_flag=True, help="Show how much would go; delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@environment
def purge(
    provider: str | None, older_than: timedelta | None, artist: str | None, forget: bool, dry_run: bool, yes: bool
) -> None:
    """Delete answers for good: from archive/, the tables, the hub and every copy of them.

    Of several options all have to hold. What goes is not in the archive any more, so no rebuild brings it back. The
    next run asks again about artists that are still in your plays or roster, unless --forget takes those too.
    """
    from linernotes.cli.console import show
    from linernotes.runs.lifecycle import ensure_ready
    from linernotes.runs.purge import find, purge, wanted_of

    with opened() as workspace:
        ensure_ready(workspace)
        before = workspace.clock.now() - older_than if older_than is not None else None
        wanted = wanted_of(workspace, provider, before, artist, forget=forget)
        show(find(workspace, wanted).report(), "table", "purge")
        if dry_run:
            return
        workspace.warehouse.close()  # nobody has to wait while somebody thinks
        if not yes and not _is_confirmed():
            raise ConfigurationError("purge: nothing is deleted", "answer y, or give --yes")
        gone = purge(workspace, wanted)
        workspace.progress.say(
            f"purged {sum(gone.rows.values()):,} rows, {len(gone.whole) + len(gone.rejected):,} files"
        )


def _is_confirmed() -> bool:
    try:
        return click.confirm("Delete this for good?", err=True)
    except click.Abort:  # nobody is there
        click.echo(err=True)
        return False


MAINTENANCE = (purge,)
