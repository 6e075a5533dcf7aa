"""Checks of ids: an item whose key cannot be an id of the service is never sent."""

import re
from collections.abc import Iterable

from linernotes.core.identifiers import ISRC, MBID, SPOTIFY_ID
from linernotes.core.values import Missing, WorkItem

__all__ = ["DEEZER_ID", "ISRC", "MBID", "SPOTIFY_ID", "UPC", "split_by_id"]

DEEZER_ID = re.compile(r"[0-9]+")
UPC = re.compile(r"[1-9][0-9]{5,13}")  # as stored: without zeroes in front


def split_by_id(items: Iterable[WorkItem], pattern: re.Pattern[str]) -> tuple[list[WorkItem], list[Missing]]:
    """The items whose key is a well-formed id, and the outcomes of the others."""
    sendable, invalid = list[WorkItem](), list[Missing]()
    for item in items:
        if pattern.fullmatch(item.key):
            sendable.append(item)
        else:
            invalid.append(Missing(item, "invalid_id"))
    return sendable, invalid
