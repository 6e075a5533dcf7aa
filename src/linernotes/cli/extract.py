"""The commands that fetch from a single service. Heavy modules are imported inside them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from linernotes.cli.completion import complete_providers
from linernotes.cli.options import (
    Command,
    budget_options,
    command_workspace,
    environment_options,
    finish,
    selection_options,
)

if TYPE_CHECKING:
    from linernotes.runs.enrich.options import EnrichOptions

PROVIDER = "PROVIDER"


class Extract(click.Group):
    """A group whose own commands fetch histories; any other word is the name of a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move the command to the front, wherever it was typed."""
        if args and args[0] not in ctx.help_option_names:
            own = self.commands.keys() - {PROVIDER}
            place = next((place for place, word in enumerate(args) if word in own), None)
            args = [PROVIDER, *args] if place is None else [args[place], *args[:place], *args[place + 1 :]]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of providers beside the group's own commands."""
        own = [item for item in super().shell_complete(ctx, incomplete) if item.value != PROVIDER]
        return [*own, *map(CompletionItem, complete_providers(ctx, self.commands[PROVIDER].params[0], incomplete))]


@click.group(cls=Extract)
def extract() -> None:
    """Fetch from one service.

    With the name of a provider (see linernotes providers), fetch artists and land the responses without loading them.
    The other commands fetch a listener's plays and load them.
    """


@extract.command(name=PROVIDER)
@click.argument("provider")
@selection_options
@budget_options
@environment_options
def from_provider(provider: str, selected: "EnrichOptions") -> None:
    """Fetch from one provider and land the responses without loading them.

    PROVIDER is the name of a file in configs/providers.
    """
    from linernotes.core.text import many
    from linernotes.runs.enrich.run import extract as extract_provider
    from linernotes.runs.messages import partial_lines

    with command_workspace(stoppable=True) as workspace:
        result = extract_provider(workspace, provider, selected)
        lines = result.report.asked.landed_lines
        landed = f"landed {many(lines, 'response')} from {provider}; to load: linernotes ingest"
        nothing = "" if result.partial or result.error else ": nothing was due there"
        workspace.progress.say(landed if lines else f"landed nothing from {provider}{nothing}")
        finish(workspace, result.error, *partial_lines(result.partial))


@extract.command(name="spotify_recently_played")
@environment_options
def spotify_recently_played() -> None:
    """Fetch a listener's last 50 plays. Needs the listener's consent: see .env.example."""
    from linernotes.runs.imports.recently_played import import_recently_played
    from linernotes.runs.messages import partial_lines

    with command_workspace(stoppable=True) as workspace:
        result = import_recently_played(workspace)
        finish(workspace, result.error, *partial_lines(result.partial))


def account_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options shared by the commands that fetch an account's history."""
    options: list[Callable[[Command], Command]] = [
        click.option("--user", required=True, help="Name of the account. Only a hash of it is stored."),
        click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Fetch only plays since this day (UTC)."),
        click.option(
            "--again",
            is_flag=True,
            help="Fetch everything again: plays may have been added to days already fetched.",
        ),
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop fetching after this many minutes."),
        environment_options,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@extract.command(name="lastfm_scrobbles")
@account_options
def lastfm_scrobbles(**options: Any) -> None:
    """Fetch new scrobbles of a Last.fm account, newest first."""
    _fetch("lastfm_scrobbles", **options)


@extract.command(name="listenbrainz_listens")
@account_options
def listenbrainz_listens(**options: Any) -> None:
    """Fetch new listens of a ListenBrainz account, newest first."""
    _fetch("listenbrainz_listens", **options)


def _fetch(name: str, user: str, since: datetime | None, *, again: bool, max_minutes: float | None) -> None:
    from linernotes.runs.imports.history_fetch import import_history
    from linernotes.runs.messages import partial_lines

    if not user.strip():
        raise click.BadParameter("must not be empty", param_hint="--user")
    start = since.replace(tzinfo=UTC) if since else None
    with command_workspace(stoppable=True) as workspace:
        result = import_history(workspace, name, user.strip(), start, again=again, minutes=max_minutes)
        finish(workspace, result.error, *partial_lines(result.partial))
