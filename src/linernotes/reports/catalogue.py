"""What programs ask about many artists and tracks: pages of a list, neighbours, ages, coverage."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict

from linernotes.reports.rows import rows_of
from linernotes.reports.track_lookup import ids_of_names
from linernotes.storage.ports import Warehouse


class ListedArtist(TypedDict):
    """An artist in a list."""

    artistId: str
    artistName: str | None
    genres: list[str]
    country: str | None
    monthlyListeners: int | None
    followerCount: int | None
    popularity: int | None
    principalLabel: str | None
    enrichmentStatus: str


class SimilarArtist(TypedDict):
    """A neighbour of an artist; its id is null if it is not in the library."""

    similarArtistId: str | None
    similarName: str | None
    weight: float | None
    provider: str
    retrievedAt: datetime | None


class Age(TypedDict):
    """When an artist was enriched, and whether an answer about it is to be asked for again whatever its age."""

    artistId: str
    enrichmentStatus: str
    enrichedAt: datetime | None
    invalidated: bool


class Stats(TypedDict):
    """How many tracks and artists there are, and for how many each thing is known."""

    totalTracks: int
    withSpotifyId: int
    withIsrc: int
    withMusicbrainzId: int
    withBpm: int
    withKey: int
    withAudioFeatures: int
    totalArtists: int
    enrichedArtists: int


class KnownTrack(TypedDict):
    """A track with what is known about it."""

    trackId: str
    trackName: str | None
    artistName: str | None
    albumName: str | None
    isrc: str | None
    recordingMbid: str | None
    trackUri: str | None
    tempo: float | None
    keyText: str | None
    camelotKey: str | None
    energy: float | None
    releaseYear: int | None


class SoughtTrack(NamedTuple):
    """A track to find; what is not known of it is an empty text."""

    artist: str = ""
    title: str = ""
    spotify: str = ""
    isrc: str = ""


class Filters(TypedDict):
    """What a list of artists is limited to; empty texts and 0 limit nothing."""

    q: str
    genre: str
    country: str
    listeners: int


def listed_artists(warehouse: Warehouse, filters: Filters, after: str, shown: int) -> list[ListedArtist]:
    """The artists behind an id."""
    return rows_of(ListedArtist, warehouse, "api_artists", after=after, shown=shown, **filters)


def similar_artists(warehouse: Warehouse, artist_id: str, shown: int = 50) -> list[SimilarArtist]:
    """The neighbours of an artist, the nearest first."""
    return rows_of(SimilarArtist, warehouse, "api_similar", artist=artist_id, shown=shown)


def ages(warehouse: Warehouse, artist_ids: Sequence[str]) -> dict[str, Age]:
    """When each of the known ones was enriched."""
    return {row["artistId"]: row for row in rows_of(Age, warehouse, "api_ages", artists=list(artist_ids))}


def stats(warehouse: Warehouse) -> Stats:
    """The counts of the whole library."""
    (found,) = rows_of(Stats, warehouse, "api_stats")
    return found


def find_tracks(warehouse: Warehouse, wanted: Sequence[SoughtTrack]) -> list[KnownTrack | None]:
    """The tracks by their ids, else by artist and title; None where there is none.

    Most are spelled as here, but for capitals, which the engine finds. Only for others all names are read and folded.
    """
    found = {each: _track(warehouse, *each) for each in wanted}
    missing = [each for each, track in found.items() if not track and each.title]
    others = ids_of_names(warehouse, {each[:2] for each in missing}) if missing else {}
    found |= {each: _track(warehouse, track=others[each[:2]]) for each in missing if each[:2] in others}
    return [found[each] for each in wanted]


def _track(
    warehouse: Warehouse, artist: str = "", title: str = "", spotify: str = "", isrc: str = "", track: str = ""
) -> KnownTrack | None:
    uri = f"spotify:track:{spotify}" if spotify else ""
    given = {"artist": artist, "title": title, "uri": uri, "isrc": isrc, "track": track}
    rows = rows_of(KnownTrack, warehouse, "api_track", **given)
    return rows[0] if rows else None
