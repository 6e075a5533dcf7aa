"""Artists named on the command line: looked up and, if they are new, added to the roster."""

from collections.abc import Sequence

from linernotes.core.identifiers import spotify_id
from linernotes.reports.artist_lookup import known_artist, look_up_artist
from linernotes.runs.hub import refresh
from linernotes.runs.lifecycle import import_lines
from linernotes.runs.session import RunSession
from linernotes.storage.ports import Warehouse


def known_artists(warehouse: Warehouse, named: Sequence[str]) -> list[str]:
    """The ids of artists given by an id, URL, URI, MBID or name.

    Raises:
        ConfigurationError: an artist is not known, or several share a name.
    """
    return [known_artist(warehouse, given).id for given in named]


def register_artists(session: RunSession, named: Sequence[str]) -> list[str]:
    """Add the artists that are not known yet, given by a Spotify id, URL or URI, to the roster; returns all ids."""
    warehouse = session.workspace.warehouse
    new = [key for given in named if (key := spotify_id(given)) and not look_up_artist(warehouse, given)]
    if new:
        lines = ({"artistId": key, "artistName": None} for key in new)
        import_lines(session, "roster/artists", "--artist", lines)
        refresh(session)
    return known_artists(warehouse, named)
