"""Import rosters: read line by line, land as one part, load."""

from collections.abc import Sequence

from linernotes.landing.lines import LineReader
from linernotes.runs.imports.result import ImportResult
from linernotes.runs.lifecycle import import_lines, open_session, run_in_session
from linernotes.runs.session import RunSession
from linernotes.sources.roster import roster_lines
from linernotes.sources.rows import open_text
from linernotes.storage.workspace import Workspace

ROSTER = "roster/artists"


def import_roster(workspace: Workspace, file: str) -> ImportResult:
    """Import the artists of a CSV, TSV or JSON lines file (``-``: standard input).

    Bad lines are rejected and the others loaded; the result's ``error`` describes a file with too many bad lines.

    Raises:
        ConfigurationError: no column holds ids.
        Busy: another run holds the workspace.
    """

    def work(session: RunSession) -> None:
        with open_text(file) as source:
            reader = LineReader(workspace.dataset(ROSTER), workspace.clock.now())
            import_lines(session, ROSTER, file, roster_lines(source, file, reader))

    session = run_in_session(workspace, "import roster", work)
    return ImportResult(session.own_counts, session.ingested.loaded > 0, error=session.error)


def import_artists(workspace: Workspace, artist_ids: Sequence[str], source: str) -> None:
    """Import artists by their Spotify ids; ``source`` says where they come from."""
    with open_session(workspace, "import roster") as session:
        import_lines(session, ROSTER, source, ({"artistId": key, "artistName": None} for key in artist_ids))
