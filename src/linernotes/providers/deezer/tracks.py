"""Tracks on Deezer by their ISRC, one a call: tempo, gain, length and rank.

Its tempo of 0 means that it has none, and it counts lengths in seconds.
"""

from linernotes.core.identifiers import canonical_isrc
from linernotes.core.values import Json, WorkItem
from linernotes.providers.answers import (
    integer,
    json_object,
    number,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Switch
from linernotes.providers.deezer import artists
from linernotes.providers.ids import ISRC

SECOND = 1000  # milliseconds
OF = "deezer_tracks tracks"
NOT_READ = {
    *("readable", "title_short", "title_version", "unseen", "share", "track_position", "disk_number", "type"),
    *("explicit_lyrics", "explicit_content_lyrics", "explicit_content_cover", "preview", "available_countries"),
    *("contributors", "md5_image", "track_token", "album"),
}


class Tracks(artists.Deezer):
    """See ``port.Provider``; the key of a track is its ISRC."""

    path = "/track/isrc:{}"
    ids = ISRC
    somebody = "QZZZZ0000000"
    options = Switch

    def is_about(self, item: WorkItem, answer: Json) -> bool:
        """Whether it has the code that was asked for; a track with another one is another recording."""
        return canonical_isrc(str(answer.get("isrc"))) == item.key

    def parse(self, key: str, raw: Json) -> Json:
        """The contract's columns; the caller adds ``retrievedAt``."""
        return parse(key, raw)


provider = Tracks


def parse(key: str, raw: Json) -> Json:
    """The contract's columns from a track object; the caller adds ``retrievedAt``.

    Fields are popped as they are read; those left over are new.
    """
    left = dict(raw)
    artist = take(left, "artist", json_object, OF)
    track_id, seconds = take(left, "id", integer, OF), take(left, "duration", integer, OF)
    record = {
        "isrc": key,
        "deezerTrackId": None if track_id is None else str(track_id),
        "title": take(left, "title", text, OF),
        "artistName": take(artist, "name", text, OF),
        "durationMs": seconds * SECOND if seconds else None,
        "tempo": take(left, "bpm", number, OF) or None,
        "gain": take(left, "gain", number, OF),
        "rank": take(left, "rank", integer, OF),
        "releaseDate": take(left, "release_date", text, OF),
        "link": take(left, "link", text, OF),
    }
    warn_of_new_fields("deezer_tracks", "tracks", left.keys() - NOT_READ - {"isrc"})
    return record
