"""What the demo shows once it has run: the tables a person enjoys first."""

from linernotes.cli.console import show
from linernotes.reports import queries
from linernotes.reports.artist import artist_values, find_artist, selected_values
from linernotes.reports.rows import published_columns
from linernotes.runs.demo import EXPLAINED
from linernotes.storage.workspace import Workspace

SHOWN = 12
NEXT_STEPS = """
Now with your own data:
  cp .env.example .env                         # whom to write to, and your keys: each service tells where to get one
  export LINERNOTES_HOME=~/linernotes          # a home of its own, without the demo's invented artists
  linernotes import plays my_spotify_data.zip  # or: linernotes import roster artists.csv
  linernotes plan                              # what it would ask, and what that costs
  linernotes run
"""


def show_tables(workspace: Workspace) -> None:
    """Coverage, genres, the most played artists, and who said what about one of them."""
    warehouse = workspace.warehouse
    show(queries.coverage(warehouse), "table", "coverage")
    show(queries.top_genres(warehouse, SHOWN), "table", "top genres of the library")
    show(queries.most_played(warehouse, SHOWN), "table", "most played artists")
    known = find_artist(warehouse, EXPLAINED)
    values = selected_values(artist_values(warehouse, known))
    show([published_columns(value) for value in values], "table", f"who said what of {known['artistName']}")
