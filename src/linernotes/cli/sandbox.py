"""The command that serves the imitated services. Heavy modules are imported inside it."""

from typing import Any

import click

from linernotes.cli.options import environment_options


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8650,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--catalogue", type=click.Path(exists=True, dir_okay=False), help="Take the artists from this TSV or CSV file."
)
@click.option(
    "--namesakes",
    type=click.FloatRange(0, 1),
    help="Serve a small catalogue in which this share of the artists have the same name as another.",
)
@click.option(
    "--errors",
    type=click.FloatRange(0, 1),
    help="Share of that catalogue about which the services err, as real ones do.",
)
@click.option(
    "--profile",
    type=click.Choice(["development", "extended"]),
    default="extended",
    show_default=True,
    help="Kind of Spotify app to imitate.",
)
@click.option(
    "--faults",
    default="",
    help="Faults to inject, e.g. 5xx=0.1,429=0.05,retry_after=2,seed=7. An unknown name lists them all.",
)
@click.option(
    "--export-history",
    type=click.Path(dir_okay=False),
    help="Write an invented listening history to this file and exit.",
)
@click.option(
    "--plays", type=click.IntRange(min=1), default=20_000, show_default=True, help="Number of plays in that history."
)
@environment_options
def sandbox(port: int, profile: str, faults: str, export_history: str | None, plays: int, **wanted: Any) -> None:
    """Run imitations of the music services on localhost.

    Prints the environment variables that point linernotes at them, and runs until stopped.
    """
    from pathlib import Path

    from linernotes.sandbox import Faults, Sandbox, chosen_catalogue, serve_forever, write_history

    artists = chosen_catalogue(**wanted)
    if export_history:
        write_history(Path(export_history), artists, plays)
        click.echo(f"wrote {export_history}; next: linernotes import plays {export_history}", err=True)
        return
    served = Sandbox(artists, profile, Faults.parse(faults), port)

    def started(running: Sandbox) -> None:
        for name, value in running.environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# serving {len(artists):,} artists on {running.url}; Ctrl-C stops", err=True)

    serve_forever(served, started)
