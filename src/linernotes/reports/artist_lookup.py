"""Look up an artist by id, URL, URI, MBID or name; every command uses this lookup."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_mbid, spotify_id
from linernotes.core.names import name_key
from linernotes.storage.ports import Warehouse

SHOWN = 5
MOST_SUGGESTED, FEWEST_LETTERS = 3, 4
# Fresh even between builds of the hub, so that an artist is found as soon as it is imported.
ARTISTS = """
    select identities.artistId, identities.artistName, artists.followerCount
    from {hub}.hub_music__svc_artist_identities as identities
    left join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = identities.artistId
    where $everybody or identities.artistId in ($id, $text) or identities.mbid = $mbid
        or lower(identities.artistName) = lower($text)
    order by artists.playCount desc nulls last, identities.artistId
"""


@dataclass(frozen=True, slots=True)
class KnownArtist:
    """An artist of the library; ``id`` is its Spotify id, or ``name:`` and a hash where only its name is known."""

    id: str
    name: str | None
    followers: int | None


def look_up_artist(warehouse: Warehouse, given: str) -> KnownArtist | None:
    """Find the artist with this id, URL, URI, MBID or name; None if there is none.

    A name that matches exactly, apart from case, wins over other spellings of it.

    Raises:
        ConfigurationError: several artists share the name.
    """
    found = _matches(warehouse, given) or _matches_by_spelling(warehouse, given)
    if len(found) > 1:
        shown = ", ".join(f"{artist.id} ({artist.followers or 0:,} followers)" for artist in found[:SHOWN])
        more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise ConfigurationError(f"{len(found):,} artists are named {given!r}: {shown}{more}", "use one of these ids")
    return found[0] if found else None


def known_artist(warehouse: Warehouse, given: str, *, adds: bool = True) -> KnownArtist:
    """Find the artist like ``look_up_artist``, or raise; ``adds`` is false for commands that add no artists.

    Raises:
        ConfigurationError: the artist is not known, or several share the name.
    """
    if found := look_up_artist(warehouse, given):
        return found
    new, near = spotify_id(given), _near(warehouse, given)
    if new:
        remedy = f"to add it: linernotes run --artist {new}"
    elif near:
        remedy = f"did you mean {' or '.join(map(repr, near))}?"
    else:
        remedy = f"use the full name, or a Spotify id or URL{' to add a new artist' if adds else ''}"
    raise ConfigurationError(f"no artist found for {given!r}", remedy)


def _near(warehouse: Warehouse, given: str) -> list[str]:
    """The names that hold what was typed, the most played first, or those that differ in few letters."""
    key, names = name_key(given) or "", dict[str, str]()
    for artist in _artists(warehouse, everybody=True, text="", id="", mbid=""):
        if artist.name and (known := name_key(artist.name)):
            names.setdefault(known, artist.name)
    holding = [known for known in names if key in known] if len(key) >= FEWEST_LETTERS else []
    return [names[known] for known in (holding or get_close_matches(key, names))[:MOST_SUGGESTED]]


def _matches(warehouse: Warehouse, given: str) -> list[KnownArtist]:
    text, spotify, mbid = " ".join(given.split()), spotify_id(given) or "", canonical_mbid(given) or ""
    found = _artists(warehouse, everybody=False, text=text, id=spotify, mbid=mbid)
    return [artist for artist in found if artist.id in (text, spotify)] or found


def _matches_by_spelling(warehouse: Warehouse, given: str) -> list[KnownArtist]:
    """The artists whose names fold to the same key; the engines cannot fold names, so all are read."""
    key = name_key(given)
    everybody = _artists(warehouse, everybody=True, text="", id="", mbid="")
    return [artist for artist in everybody if artist.name and name_key(artist.name) == key]


def _artists(warehouse: Warehouse, **parameters: Any) -> list[KnownArtist]:
    rows = warehouse.rows(ARTISTS, **parameters)
    return [KnownArtist(row["artistId"], row["artistName"], row["followerCount"]) for row in rows]
