"""Libraries of a world of namesakes, as files that people bring."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from linernotes.sandbox.world.namesakes.catalogue import Namesakes
from linernotes.sandbox.world.namesakes.sleeves import Heard


def write_roster(path: Path, catalogue: Namesakes) -> Path:
    """The ids of all artists that a library can have."""
    ids = "".join(f"{catalogue.id_at(part.number)}\n" for part in catalogue.here)
    path.write_text(f"artistId\n{ids}", encoding="utf-8")
    return path


def write_plays(path: Path, plays: Iterable[Heard], *, names_only: bool) -> Path:
    """Spotify's account data, which has names only, or its extended history, which has URIs."""
    entry = _names if names_only else _uris
    path.write_text(json.dumps([entry(play) for play in plays], ensure_ascii=False), encoding="utf-8")
    return path


def _names(play: Heard) -> dict[str, Any]:
    return {
        "endTime": f"{play.at:%Y-%m-%d %H:%M}",
        "artistName": play.artist,
        "trackName": play.track.name,
        "msPlayed": play.track.seconds * 1000,
    }


def _uris(play: Heard) -> dict[str, Any]:
    return {
        "ts": f"{play.at:%Y-%m-%dT%H:%M:%SZ}",
        "ms_played": play.track.seconds * 1000,
        "master_metadata_track_name": play.track.name,
        "master_metadata_album_artist_name": play.artist,
        "master_metadata_album_album_name": play.track.album.name,
        "spotify_track_uri": play.track.uri,
        "reason_end": "trackdone",
    }
