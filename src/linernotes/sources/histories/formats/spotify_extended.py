"""Spotify's extended streaming history: ``Streaming_History_Audio_*.json``, ``endsong_*.json`` before.

``ts`` is when the play ended, UTC, to the second. Key: that instant, the track's URI (its names without one) and how
long it played: old and new exports agree on these, but not on ``offline_timestamp`` (milliseconds, then seconds),
``username`` or the names of the private fields, none of which is read.
"""

import msgspec

from linernotes.core.clock import instant
from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import NotAPlay, Play, source_key
from linernotes.sources.instants import moment_of

TITLE = "Spotify extended streaming history"
SOURCE = "spotify_extended"
FIELDS = ({"ts", "ms_played", "master_metadata_track_name"},)
ORIGINAL_NAMES = {"playedAt": "ts", "msPlayed": "ms_played", "trackUri": "spotify_track_uri"}
TODAY = len("2024-05-01T10:00:00Z")


class Entry(msgspec.Struct, gc=False):
    """The fields of an entry that are read; all others are skipped without decoding."""

    ts: str
    ms_played: int | None = None
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    spotify_track_uri: str | None = None
    spotify_episode_uri: str | None = None
    episode_name: str | None = None
    audiobook_uri: str | None = None
    episode_show_name: str | None = None
    audiobook_title: str | None = None
    audiobook_chapter_uri: str | None = None
    audiobook_chapter_title: str | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    skipped: bool | None = None
    offline: bool | None = None
    incognito_mode: bool | None = None


DECODE = decoder(Entry)


def read(row: bytes) -> Play:
    """The play of an entry."""
    entry = DECODE(row)
    uri, name = entry.spotify_track_uri, entry.master_metadata_track_name
    artist = entry.master_metadata_album_artist_name
    if not uri and not name:
        raise _without_track(entry)
    at = _instant(entry.ts)
    return Play(
        playedAt=at,
        playedAtMeans="end",
        source=SOURCE,
        sourceKey=source_key(at, uri or source_key(artist, name), entry.ms_played),
        msPlayed=entry.ms_played,
        trackName=name,
        artistName=artist,
        albumName=entry.master_metadata_album_album_name,
        trackUri=uri,
        reasonStart=entry.reason_start,
        reasonEnd=entry.reason_end,
        skipped=entry.skipped,
        offline=entry.offline,
        incognito=entry.incognito_mode,
    )


def _instant(text: str) -> str:
    """When it ended; older exports wrote ``2018-01-31 20:15:00 UTC``, and other tools write it in their own way."""
    if len(text) == TODAY and text.endswith("Z"):
        return text
    try:
        return instant(moment_of(text).at.replace(microsecond=0))
    except ValueError as error:
        raise Reject(str(error), "playedAt") from None


def _without_track(entry: Entry) -> NotAPlay:
    if entry.spotify_episode_uri or entry.episode_name or entry.episode_show_name:
        return NotAPlay("podcast")
    if entry.audiobook_uri or entry.audiobook_title or entry.audiobook_chapter_uri or entry.audiobook_chapter_title:
        return NotAPlay("audiobook")
    return NotAPlay("play without a name in the export")


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, original_names=ORIGINAL_NAMES, reading=2)
