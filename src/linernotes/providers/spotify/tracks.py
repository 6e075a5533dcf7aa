"""Tracks and their artists from Spotify's Web API. Exports of plays have only ids of tracks and names of artists."""

from typing import Any

from linernotes.core.values import Json
from linernotes.providers.answers import json_list, json_object, required_object, warn_of_new_fields
from linernotes.providers.connection import Connection
from linernotes.providers.spotify.artists import Catalogue, Spotify

NOT_READ = {  # derived from the id, or useless for finding a track's artists
    *("href", "type", "uri", "external_urls", "preview_url", "available_markets", "popularity", "explicit"),
    *("disc_number", "track_number", "is_local", "is_playable", "linked_from", "restrictions", "episode", "track"),
}


def provider(connection: Connection) -> Spotify:
    """See ``providers.open_provider``; the key of a track is its Spotify id."""
    return Spotify(connection, TRACKS)


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from a track object; the caller adds ``retrievedAt``."""
    left = dict(raw)
    answered, album = left.pop("id", key), json_object(left.pop("album", None))
    record = {
        "trackId": key,
        "trackName": left.pop("name", None),
        "artists": _credits(left.pop("artists", None)),
        "albumId": album.get("id"),
        "albumName": album.get("name"),
        "albumArtists": _credits(album.get("artists")),
        "durationMs": left.pop("duration_ms", None),
        "isrc": json_object(left.pop("external_ids", None)).get("isrc"),
        "canonicalTrackId": answered if answered != key else None,
    }
    warn_of_new_fields("spotify", "tracks", left.keys() - NOT_READ)
    return record


def _credits(given: Any) -> list[dict[str, Any]]:
    """The artists that have an id; those of a listener's own files have none."""
    artists = map(required_object, json_list(given))
    return [{"id": artist["id"], "name": artist.get("name")} for artist in artists if artist.get("id")]


TRACKS = Catalogue("tracks", lambda api, ids: api.tracks(ids), lambda api, key: api.track(key), parse)
