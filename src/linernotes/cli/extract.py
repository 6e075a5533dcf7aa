"""The commands that ask one service and land what it said. Nothing heavy is imported before it is needed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from linernotes.cli.options import Command, budgeting, environment, finish, opened, selecting

if TYPE_CHECKING:
    from linernotes.runs.enrich.options import EnrichOptions

PROVIDER = "PROVIDER"


class Extract(click.Group):
    """Its commands fetch histories; where no word is one of them, a provider is asked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command first, wherever it stands."""
        if args and args[0] not in ctx.help_option_names:
            own = self.commands.keys() - {PROVIDER}
            place = next((place for place, word in enumerate(args) if word in own), None)
            args = [PROVIDER, *args] if place is None else [args[place], *args[:place], *args[place + 1 :]]
        return super().parse_args(ctx, args)


@click.group(cls=Extract)
def extract() -> None:
    """Ask one service and land what it says.

    A provider, which is a file of configs/providers, is asked about artists and its answers are landed without being
    loaded; the others fetch a listener's plays, which are loaded at once.
    """


@extract.command(name=PROVIDER)
@click.argument("provider")
@selecting
@budgeting
@environment
def of_provider(provider: str, selected: "EnrichOptions") -> None:
    """Ask one provider and land the answers, without loading them.

    PROVIDER is a file of configs/providers.
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
    """A listener's last 50 plays, with the listener's own consent: see .env.example."""
    from linernotes.runs.imports.recently_played import import_recently_played
    from linernotes.runs.messages import partly

    with opened(stoppable=True) as workspace:
        result = import_recently_played(workspace)
        finish(workspace, result.error, *partly(result.partial))


def of_account(command: Callable[..., None]) -> Callable[..., None]:
    """The options of whatever fetches an account's history."""
    options: list[Callable[[Command], Command]] = [
        click.option("--user", required=True, help="Name of the account; it is kept as a hash only."),
        click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Nothing played before this day, UTC."),
        click.option("--again", is_flag=True, help="Also what was fetched before: old plays may have been added."),
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop asking after so many minutes."),
        environment,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@extract.command(name="lastfm_scrobbles")
@of_account
def lastfm_scrobbles(**options: Any) -> None:
    """What an account scrobbled at Last.fm and was not fetched yet, the newest first."""
    _fetch("lastfm_scrobbles", **options)


@extract.command(name="listenbrainz_listens")
@of_account
def listenbrainz_listens(**options: Any) -> None:
    """What an account listened to at ListenBrainz and was not fetched yet, the newest first."""
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
