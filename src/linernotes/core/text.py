"""Short texts for people: numbers with their nouns, shortened lists, and suggestions for a mistyped name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """A suggestion for a mistyped name: the nearest known one, or all of them."""
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"


def many(number: int, what: str) -> str:
    """A number with its noun: 1 play, 2,000 plays."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def said_once(notes: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each note, after all the names that it is true of."""
    names: dict[str, list[str]] = {}
    for name, note in notes:
        if note:
            names.setdefault(note, []).append(name)
    return [f"{', '.join(of)}: {note}" for note, of in names.items()]


def short_name(name: str) -> str:
    """A file's name without the folders within its zip."""
    first, _, inner = name.partition("/")
    folders, _, last = inner.rpartition("/")
    return f"{first}/.../{last}" if folders else name


def first_of(names: Sequence[str], shown: int) -> str:
    """The first names, and the number of the others."""
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more}"


def printable(text: str) -> str:
    """A text of unknown origin for a terminal: without what would move the cursor or change colours."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
