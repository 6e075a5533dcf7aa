"""Artists that somebody names: who they are here, or a line of a roster that brings them in."""

import re
from collections.abc import Iterator, Sequence

from linernotes.core.errors import ConfigurationError
from linernotes.core.values import Json
from linernotes.runs.lifecycle import import_lines
from linernotes.runs.session import RunSession
from linernotes.sources.roster import ARTIST_LINK, artist_of
from linernotes.sources.rows import checked
from linernotes.storage.ports import Warehouse

SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
# From staging, so that an artist is known as soon as it is imported.
KNOWN = (
    "select artistId from {hub}.hub_music__stg_artist_identities "
    "where artistId = $given or mbid = $given or lower(artistName) = lower($given) "
    "order by playCount desc nulls last, artistId limit 1"
)


def known_artists(warehouse: Warehouse, named: Sequence[str]) -> list[str]:
    """The Spotify ids of artists given by an id, URL, URI, MBID or name; of several with one name the most played.

    Raises:
        ConfigurationError: there is no such artist.
    """
    return [_known(warehouse, given) or _unknown(given) for given in named]


def register_artists(session: RunSession, named: Sequence[str]) -> list[str]:
    """The same, and who is not known yet is brought in, if given by a Spotify id, URL or URI."""
    new = [given for given in named if not _known(session.workspace.warehouse, given) and _spotify_id(given)]
    if new:
        import_lines(session, "roster/artists", "--artist", _lines(session, new))
    return known_artists(session.workspace.warehouse, named)


def _known(warehouse: Warehouse, given: str) -> str | None:
    row = next(iter(warehouse.rows(KNOWN, given=_spotify_id(given) or given.strip())), None)
    return row["artistId"] if row else None


def _unknown(given: str) -> str:
    new = _spotify_id(given)
    remedy = f"to bring it in: linernotes run --artist {new}" if new else "give a Spotify id or URL to bring it in"
    raise ConfigurationError(f"no artist is known as {given!r}", remedy)


def _spotify_id(given: str) -> str | None:
    link = ARTIST_LINK.match(given.strip())
    return link[1] if link else given.strip() if SPOTIFY_ID.fullmatch(given.strip()) else None


def _lines(session: RunSession, named: Sequence[str]) -> Iterator[Json]:
    rows = ((number, given, {"id": given}) for number, given in enumerate(named, 1))
    return checked(rows, artist_of, "--artist", session.workspace.dataset("roster/artists"))
