"""One walk with an invented listening history against the sandbox, and tables a person enjoys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files

from linernotes import serve
from linernotes.asking import walk_all
from linernotes.budget import Budget
from linernotes.discover import select
from linernotes.errors import AccessRefused, BelowExpectations, ConfigurationError, LinernotesError, ServiceTrouble
from linernotes.histories import import_histories
from linernotes.house import House
from linernotes.pipeline import import_lines, is_built, writing
from linernotes.portrait import facts_of, find_artist
from linernotes.screen import partly, show, summary
from linernotes.settings import Settings, read_settings

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
    from linernotes.sandbox import Generated, Sandbox  # noqa: PLC0415 - a web server is not needed elsewhere

    with Sandbox(Generated()) as sandbox:
        settings = read_settings({**flags, **sandbox.environment()})
        hurried = {f"LINERNOTES_{name.upper()}__PER_SECOND": "100" for name in settings.configs.providers}
        yield read_settings({**flags, **sandbox.environment(), **hurried})


def show_demo(house: House) -> None:
    """Import, backfill, and show what came out; repeated, it asks nothing twice."""
    history = str(files("linernotes.sandbox") / "my_spotify_data.zip")
    house.tell.say("linernotes demo: an invented listening history, and services that are only imitated")
    trouble: LinernotesError | None = None
    try:
        with writing(house, "demo", "backfill") as walk:
            import_histories(walk, [history])
            import_lines(walk, "roster/artists", "demo", [{"artistId": EXPLAINED, "artistName": None}])
            selection = select("backfill", walk.run.started_at, timedelta(0), priced=house.settings.configs.priced)
            walk_all(walk, house.settings.configs.providers.values(), selection, Budget())
    except (AccessRefused, BelowExpectations, ConfigurationError, ServiceTrouble) as ended:
        if not walk.built_from and not is_built(walk):
            raise
        trouble = ended  # one service's: the tables are there all the same
    house.tell.say(*summary(walk.asked, walk.ingested), *partly(walk.untold))
    _show_tables(house)
    if trouble:
        raise trouble
    house.tell.say(NEXT_STEPS)


def _show_tables(house: House) -> None:
    show(serve.coverage(house.warehouse), "table", "coverage")
    show(serve.top_genres(house.warehouse, SHOWN), "table", "top genres of the library")
    show(serve.most_played(house.warehouse, SHOWN), "table", "most played artists")
    known = find_artist(house.warehouse, EXPLAINED)
    show(serve.who_said_what(facts_of(house.warehouse, known)), "table", f"who said what of {known['artistName']}")
