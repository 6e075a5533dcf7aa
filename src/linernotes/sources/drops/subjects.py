"""What a row is about, as its file names it, in twelve digits: the same for the same names and ids in any file."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from linernotes.core.names import name_key, title_key

NO_TITLE = ""


def subject_of(grain: str, source: str, values: Mapping[str, Any]) -> str:
    """The subject of a line with these values."""
    told: tuple[str | None, ...]
    if grain in ("campaign_day", "link_day"):
        told = ("campaign", source, values["account"], _name(values, "campaignName"))
    elif grain == "video_period":
        told = ("video", source, values.get("videoId"))
    elif values.get("trackName"):
        ids = values.get("spotifyTrackId"), values.get("isrc")
        told = ("track", *ids, _name(values, "artistName"), title_key(values["trackName"]))
    elif values.get("releaseName") or values.get("upc"):
        told = ("release", values.get("upc"), _name(values, "artistName"), _name(values, "releaseName"))
    else:
        told = ("artist", _name(values, "artistName"))
    return sha256("|".join(each or "" for each in told).encode()).hexdigest()[:12]


def _name(values: Mapping[str, Any], column: str) -> str:
    text = values.get(column)
    return name_key(text) if text else NO_TITLE
