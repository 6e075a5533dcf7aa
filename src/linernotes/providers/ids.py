"""The ids that services key by, and the items that are never sent because their key cannot be one."""

import re
from collections.abc import Iterable

from linernotes.core.values import Missing, WorkItem

SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
DEEZER_ID = re.compile(r"[0-9]+")
MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def split_by_id(items: Iterable[WorkItem], pattern: re.Pattern[str]) -> tuple[list[WorkItem], list[Missing]]:
    """The items whose key is an id, and the outcomes of the others."""
    sendable, invalid = list[WorkItem](), list[Missing]()
    for item in items:
        if pattern.fullmatch(item.key):
            sendable.append(item)
        else:
            invalid.append(Missing(item, "invalid_id"))
    return sendable, invalid
