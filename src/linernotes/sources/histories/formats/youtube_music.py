"""YouTube Music in Google Takeout: ``watch-history.json``, which also has every video.

``time`` is when it began, UTC. Only rows of YouTube Music are plays; videos are passed over. The artist is the channel,
``Artist - Topic``; the title begins or ends with the language's word for "watched". Key: the second, artist and track.
"""

import re

import msgspec

from linernotes.core.clock import instant
from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import NotAPlay, Play, required_name, source_key
from linernotes.sources.instants import moment_of

TITLE = "YouTube Music history"
SOURCE = "youtube_music"
FIELDS = ({"header", "title", "titleUrl", "time"}, {"header", "title", "time", "products"})
TOPIC = " - Topic"
WATCHED = re.compile(
    r"^(?:Watched|Listened to|Has visto|Ha visto|Hai guardato|Vous avez (?:regardé|écouté)|Assistiu a|Você assistiu a"
    r"|Bekeken:?|Obejrzano:?|Просмотрено видео:?) +|[ \xa0]+(?:angesehen|gehört|を視聴しました)$"
)


class Channel(msgspec.Struct, gc=False):
    """The channel that a video is on."""

    name: str | None = None


class Watched(msgspec.Struct, gc=False):
    """One row."""

    time: str
    header: str | None = None
    title: str | None = None
    subtitles: list[Channel] | None = None


DECODE = decoder(Watched)


def read(row: bytes) -> Play:
    """The play of a row."""
    watched = DECODE(row)
    if watched.header != "YouTube Music":
        raise NotAPlay("video")
    title = WATCHED.sub("", watched.title or "").strip()
    channel = next((each.name for each in watched.subtitles or [] if each.name), None)
    if not channel or title.startswith("https://"):
        raise NotAPlay("removed video")
    artist, track = required_name(channel.removesuffix(TOPIC), "artist"), required_name(title, "track")
    try:
        moment = moment_of(watched.time)
    except ValueError as error:
        raise Reject(str(error), "playedAt") from None
    return Play(
        playedAt=instant(moment.at.replace(microsecond=0)),
        playedAtMeans="start",
        source=SOURCE,
        sourceKey=source_key(moment.second, artist, track),
        trackName=track,
        artistName=artist,
    )


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, original_names={"playedAt": "time"})
