"""Scrobbles in the export of Maloja, and in the pages of its API.

``time`` is when the play began, to the second; ``duration`` how long it was listened to, where that is known.
Key: the second, the artists and the track.
"""

import msgspec

from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import Play, at_second, credit, required_name, source_key

TITLE = "Maloja scrobbles"
SOURCE = "maloja"
FIELDS = ({"maloja", "scrobbles"}, {"time", "track", "artists", "title"})


class Album(msgspec.Struct, gc=False):
    """The album."""

    albumtitle: str | None = None


class Track(msgspec.Struct, gc=False):
    """The track, with a list of its artists."""

    title: str | None = None
    artists: list[str] | str | None = None
    album: Album | None = None


class Scrobble(msgspec.Struct, gc=False):
    """One scrobble."""

    time: int
    track: Track
    duration: float | None = None


DECODE = decoder(Scrobble)


def read(row: bytes) -> Play:
    """The play of a scrobble."""
    scrobble = DECODE(row)
    given = scrobble.track.artists
    artist = credit(given if isinstance(given, list) else [given or ""])
    track = required_name(scrobble.track.title, "track")
    return Play(
        playedAt=at_second(scrobble.time),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(scrobble.time, artist, track),
        msPlayed=round(scrobble.duration * 1000) if scrobble.duration else None,
        trackName=track,
        artistName=artist,
        albumName=(scrobble.track.album.albumtitle or None) if scrobble.track.album else None,
    )


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, pages=("scrobbles",), original_names={"playedAt": "time"})
