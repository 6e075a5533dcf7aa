"""What a row is about, as its file names it, in twelve digits: the same for the same names and ids in any file."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from linernotes.core.names import name_key, title_key

# What a subject is told by, kind by kind, and which of it are names.
CAMPAIGN = ("account", "campaignName")
TRACK = ("spotifyTrackId", "isrc", "artistName", "trackName")
RELEASE = ("upc", "artistName", "releaseName")
KEYS: dict[str, Callable[[str], str]] = {
    "trackName": title_key,
    **dict.fromkeys(("campaignName", "artistName", "releaseName"), name_key),
}


def subject_of(grain: str, source: str, values: Mapping[str, Any]) -> str:
    """The subject of a line with these values."""
    if grain in ("campaign_day", "link_day"):
        return _digits(("campaign", source), CAMPAIGN, (values["account"], values.get("campaignName")))
    if grain == "video_period":
        return _digits(("video", source), ("videoId",), (values.get("videoId"),))
    if values.get("trackName"):
        return _digits(("track",), TRACK, tuple(map(values.get, TRACK)))
    if values.get("releaseName") or values.get("upc"):
        return _digits(("release",), RELEASE, tuple(map(values.get, RELEASE)))
    return _digits(("artist",), ("artistName",), (values.get("artistName"),))


@lru_cache(1 << 14)  # the rows of a file are about the same few
def _digits(kind: tuple[str, ...], names: tuple[str, ...], values: tuple[str | None, ...]) -> str:
    told = [_key(name, value) if value else "" for name, value in zip(names, values, strict=True)]
    return sha256("|".join([*kind, *told]).encode()).hexdigest()[:12]


def _key(name: str, value: str) -> str:
    return KEYS[name](value) if name in KEYS else value
