"""The formats of listening histories, one module each, found by looking: whoever adds a module adds a format.

A file is recognized by the first 64 KiB of what is in it. Lists that look like plays and are none are known too, so
that they are named and not taken.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from linernotes.sources.histories.formats.base import Format, Head, Reader, ReadOptions
from linernotes.sources.histories.formats.refused import Refusal, refusal_of, unknown_history

RECENT_TITLE = "Spotify recently played"
RECENTLY_PLAYED = ({"played_at", "track"}, {"items", "cursors"})  # the second is a page without plays

__all__ = [
    "RECENT_TITLE",
    "Format",
    "Head",
    "ReadOptions",
    "Reader",
    "Refusal",
    "format_of",
    "formats",
    "is_recently_played",
    "titles",
    "unknown_history",
]


@cache
def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are asked whether a file is theirs."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    found = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return tuple(sorted(found, key=lambda form: (form.last, form.title)))


def titles() -> tuple[str, ...]:
    """What each format is named to people, and that of the plays that have a dataset of their own."""
    return tuple(sorted({form.title for form in formats()} | {RECENT_TITLE}, key=str.casefold))


def format_of(head: Head | bytes) -> Format | Refusal | None:
    """The format of a file that begins like this, or why it is not taken; None if it is not a known history."""
    if isinstance(head, bytes):
        head = Head(head.decode("utf-8", "replace"))
    if refusal := refusal_of(head):
        return refusal
    if any(fields <= head.keys for fields in RECENTLY_PLAYED):
        return None
    return next((form for form in formats() if form.recognize(head)), None)


def is_recently_played(head: Head) -> bool:
    """Whether a file begins like Spotify's recently-played endpoint, which has a dataset of its own."""
    return any(fields <= head.keys for fields in RECENTLY_PLAYED)
