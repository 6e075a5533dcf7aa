"""Commands about the installation itself. Heavy modules are imported inside them."""

import click

from linernotes.cli.options import environment_options, flags, format_option, start_logging


@click.command()
@click.argument("name", default="")
@click.option("--changed", is_flag=True, help="Show only the settings that you have changed.")
@format_option
@environment_options
def config(name: str, changed: bool, form: str) -> None:
    """Show every setting, its value and where it comes from.

    With NAME, only settings with that text in their name, e.g. spotify or per_second. Secrets are shown as set or not
    set. Variables that look like settings and change nothing are listed last.
    """
    from linernotes.cli.console import show
    from linernotes.config.settings import read_settings
    from linernotes.reports.settings import settings_report

    settings = read_settings(flags())
    start_logging(settings)
    show([each.row for each in settings_report(settings, name, changed=changed)], form, "settings")


@click.group()
def login() -> None:
    """Allow access to a listener's own data."""


@login.command(name="spotify")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="Port that the browser returns to; 0 picks a free one.  [default: that of SPOTIFY_REDIRECT_URI, else 0]",
)
@click.option("--no-browser", is_flag=True, help="Only print the address; do not open a browser.")
@click.option(
    "--wait-minutes",
    type=click.FloatRange(min=0, min_open=True, max=60),
    default=5,
    show_default=True,
    help="How long to wait for the answer.",
)
@environment_options
def login_spotify(port: int | None, no_browser: bool, wait_minutes: float) -> None:
    """Allow linernotes to read your recent plays at Spotify.

    Prints the address of Spotify's page, opens it in a browser, and waits for your answer on this machine. The token is
    kept in LINERNOTES_HOME, readable by you alone, until Spotify ends it after about 6 months. Needs SPOTIFY_CLIENT_ID,
    and the address the browser returns to among the app's redirect URIs: http://127.0.0.1:8888/callback, or
    http://127.0.0.1/callback for any free port.
    """
    from linernotes.config.settings import read_settings
    from linernotes.core.clock import SystemClock
    from linernotes.runs.login import login_spotify as log_in

    def announce(address: str, back: str) -> None:
        click.echo("open this address in a browser on this machine, and allow access:", err=True)
        click.echo(address)
        click.echo(f"waiting {wait_minutes:g} minutes for the answer at {back}; Ctrl-C ends it", err=True)
        if not no_browser:
            _open_browser(address)

    settings, clock = read_settings(flags()), SystemClock()
    start_logging(settings)
    clock.stop_on_signals()
    consent = log_in(settings, clock, announce, port, wait_minutes * 60)
    click.echo(f"logged in; {consent.age(clock.now())}; next: linernotes extract spotify_recently_played", err=True)
    if settings.secret("SPOTIFY_REFRESH_TOKEN"):
        click.echo("note: SPOTIFY_REFRESH_TOKEN is set and is used instead; remove it to use this login", err=True)


def _open_browser(address: str) -> None:
    """Open a browser with windows; one in the terminal would take the terminal over."""
    import contextlib
    import os
    import sys
    import webbrowser

    windows = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if windows or os.environ.get("BROWSER"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


SETUP = (config, login)
