"""The history in Spotify's account data: ``StreamingHistory_music_0.json``, ``StreamingHistory0.json`` before.

``endTime`` is when the play ended, UTC, to the minute; there are no ids. Key: that minute, both names and how long it
played, so two skips of one track in one minute after the same milliseconds count once.
"""

import msgspec

from linernotes.sources.histories.play import NotAPlay, Play, required_name, source_key

TITLE = "Spotify account data"
SOURCE = "spotify_account"
FIELDS = ({"endTime", "msPlayed"},)
ORIGINAL_NAMES = {"playedAt": "endTime"}


class Entry(msgspec.Struct, gc=False):
    """An entry; podcasts and audiobooks are in separate files, with other field names."""

    endTime: str  # noqa: N815
    msPlayed: int  # noqa: N815
    artistName: str | None = None  # noqa: N815
    trackName: str | None = None  # noqa: N815
    podcastName: str | None = None  # noqa: N815
    episodeName: str | None = None  # noqa: N815
    audiobookName: str | None = None  # noqa: N815
    chapterName: str | None = None  # noqa: N815


DECODE = msgspec.json.Decoder(Entry).decode


def read(row: bytes) -> Play:
    """The play of an entry."""
    entry = DECODE(row)
    if entry.podcastName or entry.episodeName:
        raise NotAPlay("podcast")
    if entry.audiobookName or entry.chapterName:
        raise NotAPlay("audiobook")
    artist, track = required_name(entry.artistName, "artist"), required_name(entry.trackName, "track")
    return Play(
        playedAt=entry.endTime.replace(" ", "T") + ":00Z",
        playedAtMeans="end",
        source=SOURCE,
        sourceKey=source_key(entry.endTime, artist, track, entry.msPlayed),
        msPlayed=entry.msPlayed,
        trackName=track,
        artistName=artist,
    )
