"""The demo: sample data and the sandbox, from import to tables; a second demo fetches nothing twice."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

from linernotes.config.settings import Settings, read_settings
from linernotes.runs.enrich.options import EnrichOptions
from linernotes.runs.enrich.run import run
from linernotes.runs.imports.histories import import_plays
from linernotes.runs.imports.roster import import_artists
from linernotes.runs.session import RunResult
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


def run_demo(workspace: Workspace) -> RunResult:
    """Import the sample history and enrich every artist in it."""
    imported = import_plays(workspace, [str(files("linernotes.sandbox") / "my_spotify_data.zip")])
    import_artists(workspace, [EXPLAINED], "demo")
    result = run(workspace, EnrichOptions(mode="backfill", window=timedelta(0)), "demo")
    return replace(result, error=result.error or imported.error)
