"""Short texts for people: numbers with their nouns, shortened lists, and suggestions for a mistyped name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
LONGEST_REASON = 300  # characters


def printable(text: str) -> str:
    """The text as a terminal may get it: without control characters, which could move the cursor or change a title.

    Tabs and line feeds stay; carriage returns, escape sequences' ESC, and overrides of the writing direction do not.
    """
    return CONTROLS.sub("\ufffd", text) if CONTROLS.search(text) else text


def on_one_line(text: str) -> str:
    """The text with every run of line breaks and tabs as one space, and without other control characters."""
    return printable(BREAKS.sub(" ", text))


def bounded(text: str, most: int = LONGEST_REASON) -> str:
    """The beginning of a text that may be as long as the data it tells about."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


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


def numbered_rows(numbers: Sequence[int], shown: int, more: str = "") -> str:
    """Rows of a file by their numbers, the first of them, and the number of the others: rows 3, 4 and 1,000 more."""
    rest = more if len(numbers) > shown else ""
    return f"row{'' if len(numbers) == 1 else 's'} {first_of([f'{number:,}' for number in numbers], shown)}{rest}"
