"""Recordings in MusicBrainz by their ISRCs: fifty codes in one search."""

from typing import Any

from linernotes.core.values import Json
from linernotes.providers.answers import (
    integer,
    json_list,
    json_object,
    objects,
    required_object,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Connection
from linernotes.providers.ids import ISRC
from linernotes.providers.musicbrainz.search import Question, Search, is_id, mbid

SOME_CODE = "QZZZZ0000000"
OF = "musicbrainz recordings"
NOT_READ = {
    *("id", "score", "video", "disambiguation", "artist-credit-id", "releases", "isrcs", "tags", "rating", "aliases"),
    *("annotation", "genres", "relations"),
}


def provider(connection: Connection) -> Search:
    """The recordings; the key of a track is its ISRC."""
    return Search(connection, Question("recordings", "isrc", ISRC, _codes, parse, SOME_CODE))


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from the recordings of one code; the caller adds ``retrievedAt``."""
    return {"isrc": key, "recordings": [_recording(row) for row in json_list(raw.get("recordings"))]}


def _recording(row: Any) -> dict[str, Any]:
    left = required_object(row)
    first = next(iter(take(left, "artist-credit", objects, OF)), {})
    artist = take(first, "artist", json_object, OF)
    record = {
        "recordingMbid": mbid(left["id"]),
        "title": take(left, "title", text, OF),
        "artistName": take(first, "name", text, OF) or take(artist, "name", text, OF),
        "artistMbid": take(artist, "id", mbid, OF),
        "lengthMs": take(left, "length", integer, OF),
        "firstReleaseDate": take(left, "first-release-date", text, OF) or None,
    }
    warn_of_new_fields("musicbrainz", "recordings", left.keys() - NOT_READ)
    return record


def _codes(row: Any) -> list[str]:
    """The codes of a recording; none where it has no id to be known by."""
    if not isinstance(row, dict) or not is_id(row.get("id")):
        return []
    codes = row.get("isrcs")
    return [code.upper() for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
