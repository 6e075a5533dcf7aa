"""Tracks from Spotify's Web API: whose each of them is. Exports of plays have ids of tracks and names of artists."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from requests import Session

from linernotes.config.providers import ProviderSettings
from linernotes.core.values import Json
from linernotes.providers.answers import warn_of_new_field
from linernotes.providers.spotify.access import Access, AppTokens
from linernotes.providers.spotify.artists import Catalogue, Spotify, check

__all__ = ["check", "parse", "provider"]

NOT_READ = {  # derived from the id, or of no use for telling whose a track is
    *("href", "type", "uri", "external_urls", "preview_url", "available_markets", "popularity", "explicit"),
    *("disc_number", "track_number", "is_local", "is_playable", "linked_from", "restrictions", "episode", "track"),
}


def provider(
    settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session, access_mode: str | None
) -> Spotify:
    """See ``providers.open_provider``; the key of a track is its Spotify id."""
    access = Access(settings, AppTokens(settings, secrets, session), session)
    return Spotify(TRACKS, settings, access, access_mode)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from a track object; ``retrievedAt`` is the caller's to add."""
    left = dict(raw)
    answered, album = left.pop("id", key), left.pop("album", None) or {}
    record = {
        "trackId": key,
        "trackName": left.pop("name", None),
        "artists": _credits(left.pop("artists", None) or []),
        "albumId": album.get("id"),
        "albumName": album.get("name"),
        "albumArtists": _credits(album.get("artists") or []),
        "durationMs": left.pop("duration_ms", None),
        "isrc": (left.pop("external_ids", None) or {}).get("isrc"),
        "canonicalTrackId": answered if answered != key else None,
    }
    for field in sorted(left.keys() - NOT_READ):
        warn_of_new_field("spotify", "tracks", field)
    return record


def _credits(artists: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The artists that have an id; those of a listener's own files have none."""
    return [{"id": artist["id"], "name": artist.get("name")} for artist in artists if artist.get("id")]


TRACKS = Catalogue("tracks", lambda api, ids: api.tracks(ids), lambda api, key: api.track(key), parse)
