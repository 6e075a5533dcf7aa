"""Scrobbles in the JSON of lastfmstats.com; its CSV is a table of scrobbles.

``date`` is when the play began, in milliseconds, as exact as Last.fm's second. Key: that of Last.fm's own scrobble.
"""

import msgspec

from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import Play, at_second, required_name, source_key

TITLE = "Last.fm scrobbles from lastfmstats.com"
SOURCE = "lastfm"
FIELDS = ({"scrobbles", "track", "artist", "date"},)


class Scrobble(msgspec.Struct, gc=False):
    """One scrobble."""

    date: int
    track: str | None = None
    artist: str | None = None
    album: str | None = None


DECODE = decoder(Scrobble)


def read(row: bytes) -> Play:
    """The play of a scrobble."""
    scrobble = DECODE(row)
    artist, track = required_name(scrobble.artist, "artist"), required_name(scrobble.track, "track")
    second = scrobble.date // 1000
    return Play(
        playedAt=at_second(second),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(second, artist, track),
        trackName=track,
        artistName=artist,
        albumName=scrobble.album or None,
    )


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, pages=("scrobbles",), original_names={"playedAt": "date"})
