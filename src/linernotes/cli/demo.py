"""The tables that the demo shows after its run."""

from linernotes.cli.console import show
from linernotes.reports import queries
from linernotes.reports.artist import artist_values, find_artist, selected_values
from linernotes.reports.rows import published_columns
from linernotes.runs.demo import EXPLAINED
from linernotes.storage.workspace import Workspace

SHOWN = 12
NEXT_STEPS = """
Now with your own data:
  cp .env.example .env                         # your contact address and API keys; each entry says where to get one
  export LINERNOTES_HOME=~/linernotes          # a separate home, without the demo's artists
  linernotes import plays my_spotify_data.zip  # or: linernotes import roster artists.csv
  linernotes plan                              # the calls it would make, and their cost
  linernotes run
"""


def show_tables(workspace: Workspace) -> None:
    """Print coverage, genres, the most played artists, and the sources of one artist's values."""
    warehouse = workspace.warehouse
    show(queries.coverage(warehouse), "table", "coverage")
    show(queries.top_genres(warehouse, SHOWN), "table", "top genres")
    show(queries.most_played(warehouse, SHOWN), "table", "most played artists")
    known = find_artist(warehouse, EXPLAINED)
    values = selected_values(artist_values(warehouse, known))
    show(
        [published_columns(value) for value in values], "table", f"where the values of {known['artistName']} come from"
    )
