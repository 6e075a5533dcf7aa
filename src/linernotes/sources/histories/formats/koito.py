"""Listens in the export of Koito.

``listened_at`` is when the play began, UTC, to the second. Names stand among aliases, of which one is primary.
Key: the second, the artists and the track.
"""

from collections.abc import Sequence

import msgspec

from linernotes.core.clock import instant
from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import Play, credit, mbids, required_name, source_key
from linernotes.sources.instants import moment_of

TITLE = "Koito listens"
SOURCE = "koito"
FIELDS = ({"listened_at", "aliases", "alias"},)


class Alias(msgspec.Struct, gc=False):
    """One of the names of a thing."""

    alias: str | None = None
    is_primary: bool | None = None


class Thing(msgspec.Struct, gc=False):
    """A track, an album or an artist."""

    aliases: list[Alias] | None = None
    mbid: str | None = None

    @property
    def name(self) -> str:
        """Its primary name, or the first one."""
        named = sorted(self.aliases or [], key=lambda alias: not alias.is_primary)
        return next((alias.alias for alias in named if alias.alias), "")


class Listen(msgspec.Struct, gc=False):
    """One listen."""

    listened_at: str
    track: Thing
    album: Thing | None = None
    artists: list[Thing] | None = None


DECODE = decoder(Listen)


def read(row: bytes) -> Play:
    """The play of a listen."""
    listen = DECODE(row)
    artists: Sequence[Thing] = listen.artists or ()
    artist, track = credit([each.name for each in artists]), required_name(listen.track.name, "track")
    try:
        moment = moment_of(listen.listened_at)
    except ValueError as error:
        raise Reject(str(error), "playedAt") from None
    return Play(
        playedAt=instant(moment.at.replace(microsecond=0)),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(moment.second, artist, track),
        trackName=track,
        artistName=artist,
        albumName=(listen.album.name or None) if listen.album else None,
        mbids=mbids([each.mbid for each in artists]),
    )


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, pages=("listens",), original_names={"playedAt": "listened_at"})
