"""Tracks on Deezer by their ISRC, one a call: tempo, gain, length and rank.

Its tempo of 0 means that it has none, and it counts lengths in seconds.
"""

from typing import Literal

from linernotes.core.identifiers import canonical_isrc
from linernotes.core.values import Failed, Found, Json, Outcome, WorkItem
from linernotes.providers.answers import (
    integer,
    json_object,
    number,
    read_outcome,
    says_nothing,
    take,
    text,
    warn_of_new_fields,
)
from linernotes.providers.connection import Options
from linernotes.providers.deezer import artists
from linernotes.providers.ids import ISRC

SECOND = 1000  # milliseconds
OF = "deezer_tracks tracks"
NOT_READ = {
    *("readable", "title_short", "title_version", "unseen", "share", "track_position", "disk_number", "type"),
    *("explicit_lyrics", "explicit_content_lyrics", "explicit_content_cover", "preview", "available_countries"),
    *("contributors", "md5_image", "track_token", "album"),
}


class TrackOptions(Options):
    """Whether a run asks it; empty where nobody has said."""

    enabled: bool | Literal[""] | None


class Tracks(artists.Deezer):
    """See ``port.Provider``; the key of a track is its ISRC."""

    path = "/track/isrc:{}"
    ids = ISRC
    somebody = "QZZZZ0000000"
    options = TrackOptions

    def read(self, item: WorkItem, answer: Json) -> Outcome:
        """The outcome of a response that is not an error; a track with another code is another recording."""
        if canonical_isrc(str(answer.get("isrc"))) != item.key:
            return Failed(item, "unreadable", 200)
        outcome = read_outcome(item, parse, answer)
        if isinstance(outcome, Found) and says_nothing(outcome.record, item.key, answer.get("id")):
            return Failed(item, "unreadable", 200)
        return outcome


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
