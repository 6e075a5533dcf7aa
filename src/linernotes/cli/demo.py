"""One walk with an invented listening history against the sandbox, and tables a person enjoys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files

from linernotes.cli.console import show
from linernotes.config.settings import Settings, read_settings
from linernotes.core.errors import AccessRefused, BelowExpectations, ConfigurationError, LinernotesError, ServiceTrouble
from linernotes.reports import queries
from linernotes.reports.artist import facts_of, find_artist
from linernotes.runs.enrich.budget import Budget
from linernotes.runs.enrich.queue import select
from linernotes.runs.enrich.scheduler import enrich_all
from linernotes.runs.hub import is_built
from linernotes.runs.imports.histories import import_histories
from linernotes.runs.lifecycle import import_lines, open_session
from linernotes.runs.messages import partly, summary
from linernotes.storage.workspace import Workspace

SHOWN = 12
EXPLAINED = "2pvfGvbL4mouaDY9ZSwUmv"  # of the sandbox's artists the one of whom every service knows something
NEXT_STEPS = """
Now with your own data:
  cp .env.example .env                         # whom to write to, and your keys: each service tells where to get one
  export LINERNOTES_HOME=~/linernotes          # a home of its own, without the demo's invented artists
  linernotes import plays my_spotify_data.zip  # or: linernotes import roster artists.csv
  linernotes plan                              # what it would ask, and what that costs
  linernotes run
"""


@contextmanager
def demo_settings(flags: Mapping[str, str]) -> Iterator[Settings]:
    """Settings that ask the sandbox and nobody else, whatever credentials this machine has."""
    from linernotes.sandbox import Generated, Sandbox

    with Sandbox(Generated()) as sandbox:
        settings = read_settings({**flags, **sandbox.environment()})
        hurried = {f"LINERNOTES_{name.upper()}__PER_SECOND": "100" for name in settings.configs.providers}
        yield read_settings({**flags, **sandbox.environment(), **hurried})


def show_demo(workspace: Workspace) -> None:
    """Import, backfill, and show what came out; repeated, it asks nothing twice."""
    history = str(files("linernotes.sandbox") / "my_spotify_data.zip")
    workspace.progress.say("linernotes demo: an invented listening history, and services that are only imitated")
    trouble: LinernotesError | None = None
    try:
        with open_session(workspace, "demo", "backfill") as session:
            import_histories(session, [history])
            import_lines(session, "roster/artists", "demo", [{"artistId": EXPLAINED, "artistName": None}])
            selection = select(
                "backfill", session.run.started_at, timedelta(0), priced=workspace.settings.configs.priced
            )
            enrich_all(session, workspace.settings.configs.providers.values(), selection, Budget())
    except (AccessRefused, BelowExpectations, ConfigurationError, ServiceTrouble) as ended:
        if not session.built_from and not is_built(session):
            raise
        trouble = ended  # one service's: the tables are there all the same
    workspace.progress.say(*summary(session.asked, session.ingested), *partly(session.untold))
    _show_tables(workspace)
    if trouble:
        raise trouble
    workspace.progress.say(NEXT_STEPS)


def _show_tables(workspace: Workspace) -> None:
    show(queries.coverage(workspace.warehouse), "table", "coverage")
    show(queries.top_genres(workspace.warehouse, SHOWN), "table", "top genres of the library")
    show(queries.most_played(workspace.warehouse, SHOWN), "table", "most played artists")
    known = find_artist(workspace.warehouse, EXPLAINED)
    show(
        queries.who_said_what(facts_of(workspace.warehouse, known)), "table", f"who said what of {known['artistName']}"
    )
