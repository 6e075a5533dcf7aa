"""The demo: sample data and the sandbox, from import to tables; a second demo fetches nothing twice."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from linernotes.config.settings import Settings, read_settings
from linernotes.core.extras import require
from linernotes.runs.enrich.options import EnrichOptions
from linernotes.runs.enrich.run import run
from linernotes.runs.imports.drops import import_drops
from linernotes.runs.imports.histories import import_plays
from linernotes.runs.imports.roster import import_artists
from linernotes.runs.session import RunResult
from linernotes.runs.triggers.models import train_models
from linernotes.sources.drops.given import Given
from linernotes.storage.workspace import Workspace

EXPLAINED = "2pvfGvbL4mouaDY9ZSwUmv"  # the one artist of the sandbox that every service has data about


@contextmanager
def demo_settings(flags: Mapping[str, str]) -> Iterator[Settings]:
    """Settings that point every provider at the sandbox, whatever credentials this machine has."""
    from linernotes.sandbox import Generated, Sandbox  # noqa: PLC0415 - a web server is not needed elsewhere

    with Sandbox(Generated()) as sandbox:
        settings = read_settings({**flags, **sandbox.environment()})
        hurried = {f"LINERNOTES_{name.upper()}__PER_SECOND": "100" for name in settings.configs.providers}
        yield read_settings({**flags, **sandbox.environment(), **hurried})


def run_demo(workspace: Workspace, *, with_labels: bool = False) -> RunResult:
    """Import the sample history and enrich every artist in it; import exports of invented artists and forecast theirs.

    ``with_labels`` brings two years of exports with what the playlists brought, and trains models on them.
    """
    if with_labels:
        require("ml", "demo --with-labels")
    imported = import_plays(workspace, [str(files("linernotes.sandbox") / "my_spotify_data.zip")])
    import_exports(workspace, with_labels=with_labels)
    import_artists(workspace, [EXPLAINED], "demo")
    result = run(workspace, EnrichOptions(mode="backfill", window=timedelta(0)), "demo")
    if with_labels:
        train_models(workspace, demo=True)
    return replace(result, error=result.error or imported.error)


def import_exports(workspace: Workspace, *, with_labels: bool) -> None:
    """Import the newest exports of one invented artist, or those of all for two years, with labels."""
    from linernotes.sandbox.exports import invented_songs, write_exports  # noqa: PLC0415 - beside the rooms

    today = workspace.clock.now().date()
    everything = invented_songs(today)
    songs = everything if with_labels else [song for song in everything if not song.picked][:1]
    with TemporaryDirectory() as place:
        write_exports(Path(place), songs)
        for artist in dict.fromkeys(song.artist for song in songs):
            import_drops(workspace, "streams", [f"{place}/{artist}"], Given(artist=artist))
        if with_labels:
            import_drops(workspace, "streams", [f"{place}/labels.csv"], Given())
