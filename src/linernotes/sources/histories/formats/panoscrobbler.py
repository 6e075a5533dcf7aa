"""Scrobbles in the export of Pano Scrobbler: JSON lines, or a table with the same fields.

``timeMs`` is when the play began, in milliseconds; ``durationMs`` is the track's length, not how long it played.
Key: the second, artist and track. Love and unlove are events that are no plays.
"""

import msgspec

from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import NotAPlay, Play, at_second, required_name, source_key

TITLE = "Pano Scrobbler scrobbles"
SOURCE = "panoscrobbler"
FIELDS = ({"timeMs", "artist", "track"},)


class Scrobble(msgspec.Struct, gc=False):
    """One scrobble."""

    timeMs: int  # noqa: N815
    artist: str | None = None
    track: str | None = None
    album: str | None = None
    event: str | None = None


DECODE = decoder(Scrobble)


def read(row: bytes) -> Play:
    """The play of a scrobble."""
    scrobble = DECODE(row)
    if scrobble.event and scrobble.event != "scrobble":
        raise NotAPlay(f"event {scrobble.event[:20]}")
    artist, track = required_name(scrobble.artist, "artist"), required_name(scrobble.track, "track")
    second = scrobble.timeMs // 1000
    return Play(
        playedAt=at_second(second),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(second, artist, track),
        trackName=track,
        artistName=artist,
        albumName=scrobble.album or None,
    )


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, original_names={"playedAt": "timeMs"})
