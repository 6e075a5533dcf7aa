"""The command that serves the dashboard."""

import click

from linernotes.cli.api import LOOPBACK
from linernotes.cli.options import command_workspace, environment_options
from linernotes.core.errors import ConfigurationError
from linernotes.core.extras import require


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8501, show_default=True, help="Port to listen on.")
@click.option(
    "--allow-remote", is_flag=True, help="Also listen for other machines; LINERNOTES_DASHBOARD_PASSWORD has to be set."
)
@environment_options
def dashboard(host: str, port: int, allow_remote: bool) -> None:
    """Serve a dashboard for the browser: listening, artists, scouting, catalogue and operations.

    It reads the published tables only, so it is never in a run's way. The address of a view holds its filters.
    """
    require("dashboard", "dashboard")
    from linernotes.dashboard.server import PASSWORD, serve

    with command_workspace() as workspace:
        settings = workspace.settings
        if host not in LOOPBACK and not allow_remote:
            raise ConfigurationError(f"dashboard: {host} is open to other machines", "add --allow-remote to allow it")
        if host not in LOOPBACK and not settings.environ.get(PASSWORD):
            raise ConfigurationError(f"dashboard: no password is set for {host}", f"set {PASSWORD}")
        workspace.progress.say(f"listening on http://{host}:{port}; Ctrl-C stops it")
    serve(settings, host, port)
