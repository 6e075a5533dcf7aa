"""Spotify's extended streaming history: ``Streaming_History_Audio_*.json``, ``endsong_*.json`` before.

``ts`` is when the play ended, UTC, to the second. Key: that instant, the track's URI (its names without one) and how
long it played: old and new exports agree on these, but not on ``offline_timestamp`` (milliseconds, then seconds),
``username`` or the names of the private fields, none of which is read.
"""

import msgspec

from linernotes.sources.histories.play import NotAPlay, Play, source_key

TITLE = "Spotify extended streaming history"
SOURCE = "spotify_extended"
FIELDS = ({"ts", "ms_played", "master_metadata_track_name"},)
ORIGINAL_NAMES = {"playedAt": "ts", "msPlayed": "ms_played", "trackUri": "spotify_track_uri"}


class Entry(msgspec.Struct, gc=False):
    """The fields of an entry that are read; all others are skipped without decoding."""

    ts: str
    ms_played: int
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    spotify_track_uri: str | None = None
    spotify_episode_uri: str | None = None
    episode_name: str | None = None
    audiobook_uri: str | None = None
    audiobook_title: str | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    skipped: bool | None = None
    offline: bool | None = None
    incognito_mode: bool | None = None


DECODE = msgspec.json.Decoder(Entry).decode


def read(row: bytes) -> Play:
    """The play of an entry."""
    entry = DECODE(row)
    uri, name = entry.spotify_track_uri, entry.master_metadata_track_name
    artist = entry.master_metadata_album_artist_name
    if not uri and not name:
        raise _without_track(entry)
    # Older exports wrote ``2018-01-31 20:15:00 UTC``; the zone is UTC in all of them.
    at = entry.ts.removesuffix(" UTC").removesuffix("Z").replace(" ", "T") + "Z"
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


def _without_track(entry: Entry) -> Exception:
    if entry.spotify_episode_uri or entry.episode_name:
        return NotAPlay("podcast")
    if entry.audiobook_uri or entry.audiobook_title:
        return NotAPlay("audiobook")
    return ValueError("track without a name")
