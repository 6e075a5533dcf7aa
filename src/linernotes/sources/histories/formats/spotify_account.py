"""The history in Spotify's account data: ``StreamingHistory_music_0.json``, ``StreamingHistory0.json`` before.

``endTime`` is when the play ended, UTC, to the minute; there are no ids. Key: that minute, both names and how long it
played, so two skips of one track in one minute after the same milliseconds count once.
"""

import msgspec

from linernotes.core.clock import instant
from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import NotAPlay, Play, required_name, source_key
from linernotes.sources.instants import moment_of

TITLE = "Spotify account data"
SOURCE = "spotify_account"
FIELDS = ({"endTime", "msPlayed"},)
ORIGINAL_NAMES = {"playedAt": "endTime"}
TODAY = len("2024-01-05 13:37")


class Entry(msgspec.Struct, gc=False):
    """An entry; podcasts and audiobooks are in separate files, with other field names."""

    endTime: str  # noqa: N815
    msPlayed: int | None = None  # noqa: N815
    artistName: str | None = None  # noqa: N815
    trackName: str | None = None  # noqa: N815
    podcastName: str | None = None  # noqa: N815
    episodeName: str | None = None  # noqa: N815
    audiobookName: str | None = None  # noqa: N815
    chapterName: str | None = None  # noqa: N815


DECODE = decoder(Entry)


def read(row: bytes) -> Play:
    """The play of an entry."""
    entry = DECODE(row)
    if entry.podcastName or entry.episodeName:
        raise NotAPlay("podcast")
    if entry.audiobookName or entry.chapterName:
        raise NotAPlay("audiobook")
    artist, track = required_name(entry.artistName, "artist"), required_name(entry.trackName, "track")
    at = _instant(entry.endTime)
    return Play(
        playedAt=at,
        playedAtMeans="end",
        source=SOURCE,
        sourceKey=source_key(at[:TODAY].replace("T", " "), artist, track, entry.msPlayed),
        msPlayed=entry.msPlayed,
        trackName=track,
        artistName=artist,
    )


def _instant(text: str) -> str:
    if len(text) == TODAY:
        return text.replace(" ", "T") + ":00Z"
    try:
        return instant(moment_of(text).at.replace(microsecond=0))
    except ValueError as error:
        raise Reject(str(error), "playedAt") from None


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, original_names=ORIGINAL_NAMES, reading=2)
