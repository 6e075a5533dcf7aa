"""The commands that ask a single service and land its answers. Heavy imports wait inside them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import Command, budgeting, environment, finish, opened, selecting

if TYPE_CHECKING:
    from linernotes.runs.enrich.options import EnrichOptions

PROVIDER = "PROVIDER"


class Extract(click.Group):
    """A group whose own commands fetch histories; any other word is taken as a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move the command to the front, wherever it was typed."""
        if args and args[0] not in ctx.help_option_names:
            own = self.commands.keys() - {PROVIDER}
            place = next((place for place, word in enumerate(args) if word in own), None)
            args = [PROVIDER, *args] if place is None else [args[place], *args[:place], *args[place + 1 :]]
        return super().parse_args(ctx, args)


@click.group(cls=Extract)
def extract() -> None:
    """Ask a single service and land its answers.

    A provider (see linernotes providers) is asked about artists; its answers are landed but not loaded. The other
    commands fetch a listener's plays and load them.
    """


@extract.command(name=PROVIDER)
@click.argument("provider")
@selecting
@budgeting
@environment
def of_provider(provider: str, selected: "EnrichOptions") -> None:
    """Ask one provider and land its answers without loading them.

    PROVIDER is the name of a file in configs/providers.
    """
    from linernotes.runs.enrich.run import extract as extract_provider
    from linernotes.runs.messages import partly

    with opened(stoppable=True) as workspace:
        result = extract_provider(workspace, provider, selected)
        lines = result.report.asked.landed_lines
        workspace.progress.say(f"landed {lines:,} answers of {provider}; load them with: linernotes ingest")
        finish(workspace, result.error, *partly(result.partial))


@extract.command(name="spotify_recently_played")
@environment
def spotify_recently_played() -> None:
    """Fetch a listener's last 50 plays, with their consent: see .env.example."""
    from linernotes.runs.imports.recently_played import import_recently_played
    from linernotes.runs.messages import partly

    with opened(stoppable=True) as workspace:
        result = import_recently_played(workspace)
        finish(workspace, result.error, *partly(result.partial))


def of_account(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the commands that fetch an account's history."""
    options: list[Callable[[Command], Command]] = [
        click.option("--user", required=True, help="Account name; only a hash of it is stored."),
        click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Skip plays before this day, UTC."),
        click.option(
            "--again", is_flag=True, help="Fetch again what was fetched before: old plays may have been added."
        ),
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop after this many minutes."),
        environment,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@extract.command(name="lastfm_scrobbles")
@of_account
def lastfm_scrobbles(**options: Any) -> None:
    """Fetch an account's new scrobbles from Last.fm, newest first."""
    _fetch("lastfm_scrobbles", **options)


@extract.command(name="listenbrainz_listens")
@of_account
def listenbrainz_listens(**options: Any) -> None:
    """Fetch an account's new listens from ListenBrainz, newest first."""
    _fetch("listenbrainz_listens", **options)


def _fetch(name: str, user: str, since: datetime | None, *, again: bool, max_minutes: float | None) -> None:
    from linernotes.runs.imports.history_fetch import import_history
    from linernotes.runs.messages import partly

    if not user.strip():
        raise click.BadParameter("is empty", param_hint="--user")
    start = since.replace(tzinfo=UTC) if since else None
    with opened(stoppable=True) as workspace:
        result = import_history(workspace, name, user.strip(), start, again=again, minutes=max_minutes)
        finish(workspace, result.error, *partly(result.partial))
