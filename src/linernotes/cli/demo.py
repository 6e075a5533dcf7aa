"""The tables that the demo shows after its run: those of the commands of the same names."""

from linernotes.cli.console import show_table
from linernotes.cli.pages import open_page
from linernotes.cli.triggers import shown
from linernotes.reports import queries
from linernotes.reports.artist import artist_values, find_artist, selected_values
from linernotes.reports.listening import IDS, Kind, top
from linernotes.reports.page.files import write
from linernotes.reports.page.listening import listening_page, page_zone
from linernotes.reports.period import Period, zone_of
from linernotes.reports.rows import published_columns
from linernotes.runs.demo import EXPLAINED
from linernotes.runs.published import open_published
from linernotes.runs.triggers.models import newest_models
from linernotes.runs.triggers.predict import predict
from linernotes.storage.workspace import Workspace

SHOWN = 10
KINDS: tuple[Kind, ...] = ("artists", "genres", "countries")
NEXT_STEPS = """
To ask more of this data:
  linernotes top tracks
  linernotes report listening --out card.png     # the page as a card to post; needs Chromium
  linernotes history "The Szabó Sisters"
  linernotes sql "select genre, playCount from hub_music__svc_genres order by playCount desc limit 5"

Now with your own data:
  cp .env.example .env                         # your contact address and API keys; each entry says where to get one
  export LINERNOTES_HOME=~/linernotes          # a separate home, without the demo's artists
  linernotes import plays my_spotify_data.zip  # or: linernotes import roster artists.csv
  linernotes plan                              # the calls it would make, and their cost
  linernotes run
"""


def show_tables(workspace: Workspace) -> None:
    """Print coverage, the artists, genres and countries played most, and the sources of one artist's values."""
    warehouse, always = workspace.warehouse, Period(zone_of(""))
    show_table(queries.coverage(warehouse), "coverage", queries.COVERAGE_HIDDEN)
    for kind in KINDS:
        found = top(warehouse, kind, always, SHOWN)
        show_table(found.rows, found.title, IDS)
    known = find_artist(warehouse, EXPLAINED)
    values = [published_columns(value) for value in selected_values(artist_values(warehouse, known))]
    show_table(values, f"where the values of {known['artistName']} come from")


def show_forecasts(workspace: Workspace) -> None:
    """Forecast which invented songs the playlists pick up, and print it, or why there is no forecast."""
    rows = predict(workspace)
    show_table([shown(row) for row in rows if row["reason"] in (None, "no_labels")], "pick-ups in the next 28 days")
    for model in newest_models(workspace).values():
        workspace.progress.say(f"{model.version}: linernotes ml card {model.version} shows how it was tried")


def write_demo_page(workspace: Workspace, *, opened: bool) -> None:
    """Write the page about the invented listener beside the tables, and say where it is."""
    path = workspace.settings.home / "listening.html"
    with open_published(workspace):
        write(path, listening_page(workspace, None, page_zone("")), (), workspace.scratch)
    workspace.progress.say(f"a page to look at: {path}")
    if opened:
        open_page(path)
