"""Spotify's objects, written as its Web API writes them."""

from datetime import UTC, datetime
from typing import Any

from linernotes.sandbox.world.catalogue import Artist, Image
from linernotes.sandbox.world.listening import Album, Credit, Play, Track

Body = dict[str, Any]

_COVER_SIZES = (640, 300, 64)
_MARKETS = ["AU", "BR", "CA", "DE", "FR", "GB", "JP", "MX", "NG", "PT", "SE", "US"]


def artist_body(artist: Artist, *, extended: bool) -> Body:
    """An artist object; without extended access it has no followers and no popularity, and never any genres."""
    body = _named("artist", artist.id, artist.name)
    if extended:
        body |= {"followers": {"href": None, "total": artist.followers}, "popularity": artist.popularity}
    body |= {"genres": list(artist.genres) if extended else [], "images": list(map(_image, artist.images))}
    return dict(sorted(body.items()))


def play_body(play: Play, *, extended: bool) -> Body:
    """A play object, as recently-played lists them."""
    track = track_body(play.track, extended=extended) if play.track.id else _local(play.track)
    return {"track": track, "played_at": _instant(play.at), "context": _context(play.source)}


def milliseconds(at: datetime) -> int:
    """An instant as a number in Spotify's cursors."""
    return round(at.timestamp() * 1000)


def _named(kind: str, thing_id: str | None, name: str) -> Body:
    """The common fields of artists, albums and tracks."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"} if thing_id else {},
        "href": f"https://api.spotify.com/v1/{kind}s/{thing_id}" if thing_id else None,
        "id": thing_id,
        "name": name,
        "type": kind,
        "uri": f"spotify:{kind}:{thing_id}" if thing_id else None,
    }


def _image(image: Image) -> Body:
    return {"height": image.height, "url": image.url, "width": image.width}


def _credits(artists: tuple[Credit, ...]) -> list[Body]:
    return [_named("artist", artist.id, artist.name) for artist in artists]


def _album(album: Album) -> Body:
    covers = [Image(f"https://i.scdn.co/image/{album.cover}{size:03}", size, size) for size in _COVER_SIZES]
    return _named("album", album.id, album.name) | {
        "album_type": "album",
        "artists": _credits(album.artists),
        "images": list(map(_image, covers)),
        "release_date": str(album.year),
        "release_date_precision": "year",
        "total_tracks": album.tracks,
    }


def track_body(track: Track, *, extended: bool) -> Body:
    """A track object; without extended access it has no popularity and no markets."""
    body = _named("track", track.id, track.name) | {
        "album": _album(track.album),
        "artists": _credits(track.artists),
        "disc_number": 1,
        "duration_ms": track.seconds * 1000,
        "explicit": False,
        "external_ids": {"isrc": track.isrc},
        "is_local": False,
        "preview_url": None,
        "track_number": track.number,
    }
    return body | {"popularity": 50, "available_markets": _MARKETS} if extended else body


def _local(track: Track) -> Body:
    """A file from the listener's disk: Spotify knows its name and its length."""
    unknown: Body = {"album_type": None, "artists": [], "images": [], "release_date": None}
    return _named("track", None, track.name) | {
        "uri": track.uri,
        "album": _named("album", None, track.album.name) | unknown,
        "artists": [],
        "disc_number": 0,
        "duration_ms": track.seconds * 1000,
        "explicit": False,
        "external_ids": {},
        "is_local": True,
        "preview_url": None,
        "track_number": 0,
    }


def _context(uri: str | None) -> Body | None:
    if uri is None:
        return None
    _, kind, thing_id = uri.split(":")
    return {
        "type": kind,
        "uri": uri,
        "href": f"https://api.spotify.com/v1/{kind}s/{thing_id}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
