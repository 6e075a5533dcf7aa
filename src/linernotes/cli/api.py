"""The REST API: serving it, and the keys and tokens for it. Heavy modules are imported inside the commands."""

from datetime import timedelta

import click

from linernotes.cli.options import command_workspace, environment_options
from linernotes.core.errors import ConfigurationError
from linernotes.core.extras import require

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8022, show_default=True, help="Port to listen on.")
@click.option("--no-auth", is_flag=True, help="Ask for no token. Only on this machine's own address.")
@click.pass_context
@environment_options
def api(context: click.Context, host: str, port: int, no_auth: bool) -> None:
    """Serve your library as a REST API, or make a key or a token for it.

    It answers from the published tables. What must be fetched from services becomes a job, which a run of its own does.
    """
    if context.invoked_subcommand:
        return
    require("api", "api")
    from linernotes.rest.answers import read_max_age
    from linernotes.rest.keys import KEYS, read_keys
    from linernotes.rest.server import serve

    with command_workspace() as workspace:
        keys = read_keys(workspace.settings.environ)
        read_max_age(workspace.settings.environ)  # a wrong one is named before anything listens
        if no_auth and host not in LOOPBACK:
            raise ConfigurationError(f"api: --no-auth is refused on {host}", "use --host 127.0.0.1, or set keys")
        if not keys.keys and not no_auth:
            raise ConfigurationError(f"api: no key is set in {KEYS}", "linernotes api key makes one; or add --no-auth")
        workspace.progress.say(f"listening on http://{host}:{port}, documented at /docs; Ctrl-C stops it")
        settings = workspace.settings
    serve(settings, keys, host, port, required=not no_auth)


@api.command()
@environment_options
def key() -> None:
    """Print a new key for LINERNOTES_API_KEYS. It is stored nowhere."""
    require("api", "api key")
    from linernotes.core.clock import SystemClock
    from linernotes.rest.keys import new_key

    click.echo(new_key(SystemClock().now()))


@api.command()
@click.option("--for", "subject", required=True, help="Name of the person or program that gets the token.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["read", "enrich"]),
    multiple=True,
    default=["read"],
    show_default=True,
    help="Scope of the token. May be repeated.",
)
@click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True, help="Days until it expires.")
@environment_options
def token(subject: str, scopes: tuple[str, ...], days: int) -> None:
    """Print a token, signed with the first key. It is stored nowhere."""
    require("api", "api token")
    from linernotes.rest.keys import read_keys

    with command_workspace() as workspace:
        keys = read_keys(workspace.settings.environ)
        click.echo(keys.token(subject, scopes, timedelta(days=days), workspace.clock.now()))
