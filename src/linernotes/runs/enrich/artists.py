"""Artists that a command names: their ids, and a line of the roster for each that is new."""

from collections.abc import Sequence

from linernotes.core.identifiers import spotify_id
from linernotes.reports.artist_lookup import known_artist, look_up_artist
from linernotes.runs.lifecycle import import_lines
from linernotes.runs.session import RunSession
from linernotes.storage.ports import Warehouse


def known_artists(warehouse: Warehouse, named: Sequence[str]) -> list[str]:
    """The ids of artists given by an id, URL, URI, MBID or name.

    Raises:
        ConfigurationError: there is no such artist, or several share a name.
    """
    return [known_artist(warehouse, given).id for given in named]


def register_artists(session: RunSession, named: Sequence[str]) -> list[str]:
    """The same, once the new ones that are given by a Spotify id, URL or URI are in the roster."""
    warehouse = session.workspace.warehouse
    new = [key for given in named if (key := spotify_id(given)) and not look_up_artist(warehouse, given)]
    if new:
        lines = ({"artistId": key, "artistName": None} for key in new)
        import_lines(session, "roster/artists", "--artist", lines)
    return known_artists(warehouse, named)
