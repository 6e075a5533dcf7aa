"""Listens of ListenBrainz: pages of its API, and the JSON lines of its export.

``listened_at`` is when the play began, to the second, as players tell it. ListenBrainz' own readers of Spotify, of the
account it is linked to and of the zip, store the instant at which Spotify says that it ended. Key: that second, artist
and track as they were submitted; the export leaves out the ids that the API adds.
"""

import msgspec

from linernotes.landing.lines import Reject
from linernotes.sources.histories.formats.base import json_format
from linernotes.sources.histories.json_fields import decoder
from linernotes.sources.histories.play import (
    NotAPlay,
    Play,
    at_second,
    mbids,
    milliseconds,
    required_name,
    source_key,
    spotify_ids,
)
from linernotes.sources.instants import moment_of

TITLE = "ListenBrainz listens"
SOURCE = "listenbrainz"
FIELDS = ({"listened_at", "track_metadata"}, {"payload", "listens"})
ORIGINAL_NAMES = {"playedAt": "listened_at", "msPlayed": "ms_played"}
PAGES = ("payload", "listens")
OWN_READERS = {"listenbrainz", "listenbrainz archive importer"}


class Details(msgspec.Struct, gc=False):
    """Details from the submitting player; players differ, so every field may be missing or of another type."""

    submission_client: object = None
    music_service: object = None
    origin_url: object = None
    isrc: object = None
    spotify_id: object = None
    spotify_artist_ids: object = None
    artist_mbids: object = None
    ms_played: object = None


class Mapping(msgspec.Struct, gc=False):
    """ListenBrainz's matches in MusicBrainz."""

    artist_mbids: list[str | None] | None = None


class Metadata(msgspec.Struct, gc=False):
    """The track."""

    artist_name: str | None = None
    track_name: str | None = None
    release_name: str | None = None
    additional_info: Details | None = None
    mbid_mapping: Mapping | None = None


class Listen(msgspec.Struct, gc=False):
    """One listen."""

    track_metadata: Metadata
    listened_at: float | str | None = None
    playing_now: bool | None = None


DECODE = decoder(Listen)


def read(row: bytes) -> Play:
    """The play of a listen."""
    listen = DECODE(row)
    track = listen.track_metadata
    if listen.listened_at is None:
        if listen.playing_now:
            raise NotAPlay("playing now")
        raise ValueError("listen without a timestamp")
    second = _second(listen.listened_at)
    artist, name = required_name(track.artist_name, "artist"), required_name(track.track_name, "track")
    more, mapped = track.additional_info or Details(), track.mbid_mapping or Mapping()
    uris = spotify_ids(_texts(more.spotify_id) + _texts(more.origin_url), "track")
    return Play(
        playedAt=at_second(second),
        playedAtMeans="end" if uris and _read_from_spotify(more) else "start",
        source=SOURCE,
        sourceKey=source_key(second, artist, name),
        msPlayed=milliseconds(more.ms_played),
        trackName=name,
        artistName=artist,
        albumName=track.release_name or None,
        trackUri=f"spotify:track:{uris[0]}" if uris else None,
        artistIds=spotify_ids(_texts(more.spotify_artist_ids), "artist"),
        isrc=next(iter(_texts(more.isrc)), None),
        mbids=mbids(mapped.artist_mbids or _texts(more.artist_mbids)),
    )


def _second(listened_at: float | str) -> int:
    try:
        return moment_of(listened_at).second if isinstance(listened_at, str) else int(listened_at)
    except (OverflowError, ValueError) as error:
        raise Reject(str(error), "playedAt") from None


def _read_from_spotify(more: Details) -> bool:
    client, service = (str(text or "").casefold() for text in (more.submission_client, more.music_service))
    return client in OWN_READERS and service in ("", "spotify.com")


def _texts(given: object) -> list[str]:
    """One text or a list of texts, as a list; anything else gives none."""
    return [text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str) and text]


FORMAT = json_format(TITLE, SOURCE, FIELDS, read, pages=PAGES, original_names=ORIGINAL_NAMES, reading=3)
