"""Look up a track by id, link, ISRC, MBID, or by its names; every command uses this lookup."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import canonical_isrc, canonical_mbid, spotify_id
from linernotes.core.names import name_key
from linernotes.core.recordings import recording_key
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

SHOWN = 5
BETWEEN = " - "
HOW = "use a Spotify id or link, an ISRC, a MusicBrainz id, or its names as in 'Portishead - Roads'"


class NamedTrack(TypedDict):
    """A track that may be meant; ``byId`` is true if one of its ids is."""

    trackId: str
    trackName: str | None
    artistName: str | None
    playCount: int
    byId: bool


@dataclass(frozen=True, slots=True)
class KnownTrack:
    """A track of the library."""

    id: str
    name: str | None
    artist: str | None

    @property
    def title(self) -> str:
        """Its names, artist first."""
        return BETWEEN.join(filter(None, (self.artist, self.name))) or "(no name)"


def known_track(warehouse: Warehouse, given: str) -> KnownTrack:
    """The track like ``look_up_track``, or an error.

    Raises:
        ConfigurationError: the track is not known, or several have that name or code.
    """
    if found := look_up_track(warehouse, given):
        return found
    raise ConfigurationError(f"no track found for {given!r}", HOW)


def look_up_track(warehouse: Warehouse, given: str) -> KnownTrack | None:
    """The track with this id, link, ISRC or MBID, or with these names: its title alone, or artist - title.

    Raises:
        ConfigurationError: several have that name or code.
    """
    found = _matches(warehouse, given) or _by_spelling(warehouse, given)
    if len(found) > 1:
        shown = ", ".join(f"{track.id} ({track.title})" for track in found[:SHOWN])
        more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise ConfigurationError(f"{len(found):,} tracks are named {given!r}: {shown}{more}", "use one of these ids")
    return found[0] if found else None


def _matches(warehouse: Warehouse, given: str) -> list[KnownTrack]:
    text = " ".join(given.split())
    ids = [each for each in (text, spotify_id(given, "track"), canonical_isrc(given), canonical_mbid(given)) if each]
    rows = rows_of(NamedTrack, warehouse, "tracks_matching", ids=ids, text=text, everything=False)
    return list(map(_known, [row for row in rows if row["byId"]] or rows))


def _by_spelling(warehouse: Warehouse, given: str) -> list[KnownTrack]:
    """The tracks whose names fold to the same keys; the engines cannot fold names, so all are read."""
    every = rows_of(NamedTrack, warehouse, "tracks_matching", ids=[], text="", everything=True)
    named = [row for row in every if row["trackName"]]
    wanted = recording_key(given)
    if found := [row for row in named if recording_key(row["trackName"] or "") == wanted]:
        return list(map(_known, found))
    artist, _, title = given.partition(BETWEEN)
    pair = name_key(artist), recording_key(title)
    return [_known(row) for row in named if title and _pair(row) == pair]


def ids_of_names(warehouse: Warehouse, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The id of the most played track of each artist and title; pairs that are not known are left out."""
    keys = {(artist, title): (name_key(artist), recording_key(title)) for artist, title in wanted}
    sought, found = set(keys.values()), dict[tuple[str, str], str]()
    for row in rows_of(NamedTrack, warehouse, "tracks_matching", ids=[], text="", everything=True):
        if (key := _pair(row)) in sought:
            found.setdefault(key, row["trackId"])
    return {pair: found[key] for pair, key in keys.items() if key in found}


def _pair(row: NamedTrack) -> tuple[str, str]:
    return name_key(row["artistName"] or ""), recording_key(row["trackName"] or "")


def _known(row: NamedTrack) -> KnownTrack:
    return KnownTrack(row["trackId"], row["trackName"], row["artistName"])
