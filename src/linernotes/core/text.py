"""Small texts for people: numbers with their nouns, lists cut short, and what a wrong name was probably meant to be."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """What a wrong name was probably meant to be."""
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"


def many(number: int, what: str) -> str:
    """So many of it, as it is written: 1 play, 2,000 plays."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def in_short(name: str) -> str:
    """A file's name without the folders within its zip."""
    first, _, inner = name.partition("/")
    folders, _, last = inner.rpartition("/")
    return f"{first}/.../{last}" if folders else name


def first_of(names: Sequence[str], shown: int) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more}"
