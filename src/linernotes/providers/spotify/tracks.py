"""Tracks and their artists from Spotify's Web API. Exports of plays have only ids of tracks and names of artists."""

from typing import Any

from linernotes.core.values import Json
from linernotes.providers.answers import integer, json_object, objects, take, text, warn_of_new_fields
from linernotes.providers.connection import Connection
from linernotes.providers.spotify.artists import Catalogue, Spotify

OF = "spotify tracks"
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
    answered, album = left.pop("id", key), take(left, "album", json_object, OF)
    record = {
        "trackId": key,
        "trackName": take(left, "name", text, OF),
        "artists": credits_in(left, OF),
        "albumId": take(album, "id", text, OF),
        "albumName": take(album, "name", text, OF),
        "albumArtists": credits_in(album, OF),
        "durationMs": take(left, "duration_ms", integer, OF),
        "isrc": take(take(left, "external_ids", json_object, OF), "isrc", text, OF),
        "canonicalTrackId": answered if answered != key else None,
    }
    warn_of_new_fields("spotify", "tracks", left.keys() - NOT_READ)
    return record


def credits_in(left: dict[str, Any], things: str) -> list[dict[str, Any]]:
    """The artists that have an id; those of a listener's own files have none."""
    artists = [
        {"id": take(artist, "id", text, things), "name": take(artist, "name", text, things)}
        for artist in take(left, "artists", objects, things)
    ]
    return [artist for artist in artists if artist["id"]]


TRACKS = Catalogue("tracks", lambda api, ids: api.tracks(ids), lambda api, key: api.track(key), parse)
