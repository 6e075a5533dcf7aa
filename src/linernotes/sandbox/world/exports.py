"""A zip like that of Spotify's extended streaming history, of an invented listener."""

import json
import zipfile
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import Any

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.listening import CIRCLE, LARGEST_CIRCLE, Track
from linernotes.sandbox.world.namesakes.sleeves import tracks_of

FOLDER = "Spotify Extended Streaming History"
PER_FILE = 16_000
PLAYS_PER_ARTIST = 100
LONGEST_HISTORY = 12 * 365 * 86_400  # seconds
LAST_DAY = datetime(2026, 11, 15, tzinfo=UTC)
PODCASTS, AUDIOBOOKS, VIDEOS, REMOVED, SKIPS = 0.01, 0.002, 0.004, 0.0005, 0.2
STAMP = (2026, 11, 16, 0, 0, 0)  # the same history is the same zip

Entry = dict[str, Any]


def write_history(path: Path, catalogue: Catalogue, plays: int, seed: int = 1) -> None:
    """Write the history of a listener with this number of entries, the last of them in November 2026.

    Raises:
        ConfigurationError: the file exists already or cannot be written.
    """
    try:
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            _write(archive, "ReadMeFirst_ExtendedStreamingHistory.pdf", "%PDF-1.4\n%%EOF\n")
            for name, entries in _files(catalogue, plays, seed):
                _write(archive, name, "[" + ",".join(map(_json, entries)) + "]")
    except OSError as error:
        raise ConfigurationError(f"history {path}: {error.strerror}", "choose a new, writable file") from None


def _files(catalogue: Catalogue, plays: int, seed: int) -> Iterator[tuple[str, list[Entry]]]:
    heard, videos = _heard(catalogue, plays, Random(seed), seed), []  # noqa: S311 - an invented listener
    for number in range(-(-plays // PER_FILE)):
        entries = list(islice(heard, PER_FILE))
        videos += [entry for entry in entries if entry.get("_video")]
        audio = [entry for entry in entries if not entry.get("_video")]
        yield f"Streaming_History_Audio_{_years(entries)}_{number}.json", audio
    if videos:
        yield f"Streaming_History_Video_{_years(videos)}.json", videos


def _heard(catalogue: Catalogue, plays: int, chance: Random, seed: int) -> Iterator[Entry]:
    """The entries, oldest first, in at most twelve years."""
    circle = max(CIRCLE, min(LARGEST_CIRCLE, plays // PLAYS_PER_ARTIST))
    artists = list(tracks_of(catalogue, seed, circle).repertoire())
    weights = list(accumulate(1 / (rank + 3) ** 0.9 for rank in range(len(artists))))
    pause = min(3_000, LONGEST_HISTORY / plays)
    for left in range(plays, 0, -1):
        tracks = artists[bisect(weights, chance.random() * weights[-1])]
        track = tracks[int(min(chance.random(), chance.random()) * len(tracks))]
        yield _entry(track, LAST_DAY - timedelta(seconds=int((left - chance.random()) * pause)), chance)


def _entry(track: Track, at: datetime, chance: Random) -> Entry:
    plan, skipped, offline = chance.random(), chance.random() < SKIPS, chance.random() < 0.03
    played = int(chance.random() * 30_000) if skipped else track.seconds * 1000
    entry = {
        "ts": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platform": "iOS 26.1 (somebody's phone)",
        "ms_played": played,
        "conn_country": "ZZ",
        "ip_addr": f"203.0.113.{int(chance.random() * 256)}",
        "master_metadata_track_name": track.name,
        "master_metadata_album_artist_name": track.album.artists[0].name,
        "master_metadata_album_album_name": track.album.name,
        "spotify_track_uri": track.uri,
        **dict.fromkeys(("episode_name", "episode_show_name", "spotify_episode_uri")),
        **dict.fromkeys(("audiobook_title", "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title")),
        "reason_start": "fwdbtn" if chance.random() < SKIPS else "trackdone",
        "reason_end": "fwdbtn" if skipped else "trackdone",
        "shuffle": chance.random() < 0.5,
        "skipped": skipped,
        "offline": offline,
        "offline_timestamp": int(at.timestamp()) - played // 1000 if offline else None,
        "incognito_mode": chance.random() < 0.01,
    }
    return entry | _other_than_music(plan, track)


def _other_than_music(plan: float, track: Track) -> Entry:
    """The fields of an entry that is not a track, for the few such entries."""
    nothing = dict.fromkeys(("master_metadata_track_name", "master_metadata_album_artist_name"))
    nothing |= {"master_metadata_album_album_name": None, "spotify_track_uri": None}
    if plan < PODCASTS:
        episode = {"episode_name": f"About {track.name}", "episode_show_name": "Talk of the Town"}
        return nothing | episode | {"spotify_episode_uri": f"spotify:episode:{track.id}"}
    if (plan := plan - PODCASTS) < AUDIOBOOKS:
        return nothing | {"audiobook_title": f"The Book of {track.name}", "audiobook_uri": f"spotify:show:{track.id}"}
    if (plan := plan - AUDIOBOOKS) < REMOVED:
        return nothing
    return {"_video": True} if plan - REMOVED < VIDEOS else {}


def _years(entries: list[Entry]) -> str:
    first, last = entries[0]["ts"][:4], entries[-1]["ts"][:4]
    return first if first == last else f"{first}-{last}"


def _json(entry: Entry) -> str:
    entry.pop("_video", None)
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def _write(archive: zipfile.ZipFile, name: str, text: str) -> None:
    member = zipfile.ZipInfo(f"{FOLDER}/{name}", STAMP)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text)
