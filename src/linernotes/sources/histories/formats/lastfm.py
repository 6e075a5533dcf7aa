"""Scrobbles in the JSON of Last.fm's user.getRecentTracks: pages, their tracks, or lists of either.

``date.uts`` is when the play began, to the second. Key: that second, artist and track; two tracks may share a second.
A track that is playing now has no date yet; it becomes a scrobble when it is over.
"""

import msgspec

from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import NotAPlay, Play, at_second, mbids, required_name, source_key

TITLE = "Last.fm scrobbles"
SOURCE = "lastfm"
FIELDS = ({"recenttracks"}, {"artist", "name", "uts"})
ORIGINAL_NAMES = {"playedAt": "date.uts"}
PAGES = ("recenttracks", "track")


class Named(msgspec.Struct, gc=False):
    """An artist or album: ``#text``, or ``name`` in the extended form."""

    text: str | None = msgspec.field(default=None, name="#text")
    name: str | None = None
    mbid: str | None = None


class Date(msgspec.Struct, gc=False):
    """The time of the play."""

    uts: int | str


class Marks(msgspec.Struct, gc=False):
    """Attributes of XML that became keys."""

    nowplaying: str | bool | None = None


class Track(msgspec.Struct, gc=False):
    """One scrobble."""

    name: str | None = None
    artist: Named | str | None = None
    album: Named | str | None = None
    date: Date | None = None
    marks: Marks | None = msgspec.field(default=None, name="@attr")


DECODE = decoder(Track)


def read(row: bytes) -> Play:
    """The play of a track."""
    track = DECODE(row)
    if track.date is None:
        if track.marks and str(track.marks.nowplaying).lower() == "true":
            raise NotAPlay("playing now")
        raise ValueError("scrobble without a date")
    second = _second(track.date.uts)
    artist, name = required_name(_name(track.artist), "artist"), required_name(track.name, "track")
    return Play(
        playedAt=at_second(second),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(second, artist, name),
        trackName=name,
        artistName=artist,
        albumName=_name(track.album) or None,
        mbids=mbids([track.artist.mbid]) if isinstance(track.artist, Named) else [],
    )


def _second(uts: int | str) -> int:
    try:
        return int(float(uts))
    except (OverflowError, ValueError):
        raise Reject("is not a number of seconds since 1970", "playedAt") from None


def _name(thing: Named | str | None) -> str | None:
    return (thing.text or thing.name) if isinstance(thing, Named) else thing


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, pages=PAGES, original_names=ORIGINAL_NAMES, reading=2)
