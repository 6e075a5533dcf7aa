"""Which export a table is, by its headings alone, whatever their order, case, language and encoding."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linernotes.config.drops import Drop
from linernotes.core.errors import ConfigurationError

CURRENCY = re.compile(r"\s*\(([A-Z]{3})\)$")
APOSTROPHES = str.maketrans("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "''", "\ufeff\u200b")
GARBLED = re.compile("[\u00c3\u00c2\u00e2][\u0080-\u00bf\u20ac\u2018-\u201d\u0152-\u0178\u2122\u02dc\u2013\u2014]")
LIKELY = 0.5  # of the needed columns, from which on a table looks like an export


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is compared, and the currency that stands behind it."""

    key: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A table that is known: its export, the column of each cell (None for those that do not matter), its currency."""

    drop: Drop
    columns: tuple[str | None, ...]
    currency: str | None = None


def heading_of(text: str) -> Heading:
    """The heading in a cell."""
    plain = unicodedata.normalize("NFKC", repaired(text)).translate(APOSTROPHES)
    plain = " ".join(plain.split())
    currency = CURRENCY.search(plain)
    return Heading(CURRENCY.sub("", plain).casefold(), currency and currency[1])


def repaired(text: str) -> str:
    """The text, if it is UTF-8 that another program took for Windows-1252 as it was meant: dépensé, not dÃ©pensÃ©."""
    if not GARBLED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def known_table(drops: Iterable[Drop], cells: Sequence[str]) -> list[Known]:
    """The exports whose needed headings are all among these cells, the most specific alone if one is."""
    headings = [heading_of(cell) for cell in cells]
    found = [known for drop in drops if (known := _as_export(drop, headings))]
    most = max((len(known.drop.required) for known in found), default=0)
    return [known for known in found if len(known.drop.required) == most]


def refusal(drops: Iterable[Drop], rows: Iterable[Sequence[str]], name: str) -> ConfigurationError:
    """The error for a file of which no row is the heading of an export: which one it looks like, and what it lacks."""
    drops, headings = list(drops), [[heading_of(cell).key for cell in row] for row in rows]
    likely = max(
        ((_share(drop, row), drop, row) for drop in drops for row in headings), default=None, key=lambda one: one[0]
    )
    if not likely or likely[0] < LIKELY:
        titles = "; ".join(drop.title for drop in drops)
        return ConfigurationError(f"import {name}: no export that is known", f"known: {titles}")
    _, drop, row = likely
    lacking = [" or ".join(drop.header[column][0] for column in group) for group in _lacking(drop, row)]
    if not lacking:
        message = f"import {name}: looks like {drop.title}, but has other columns beside"
        return ConfigurationError(message, f"export it with these alone: {', '.join(drop.told_by)}")
    message = f"import {name}: looks like {drop.title}, but lacks {', '.join(lacking)}"
    return ConfigurationError(message, "export it again with all of its columns")


def _as_export(drop: Drop, headings: Sequence[Heading]) -> Known | None:
    by_heading = drop.by_heading
    columns = [by_heading.get(heading.key) for heading in headings]
    if not all(set(group) & set(columns) for group in drop.required):
        return None
    if drop.only and any(heading.key and not column for heading, column in zip(headings, columns, strict=True)):
        return None
    currencies = [
        heading.currency
        for heading, column in zip(headings, columns, strict=True)
        if column in ("spend", "earnings") and heading.currency
    ]
    first = [column if column not in columns[:place] else None for place, column in enumerate(columns)]
    return Known(drop, tuple(first), currencies[0] if currencies else None)


def _share(drop: Drop, headings: Sequence[str]) -> float:
    return 1 - len(_lacking(drop, headings)) / len(drop.required)


def _lacking(drop: Drop, headings: Sequence[str]) -> list[tuple[str, ...]]:
    """The groups of needed columns of which no heading is there."""
    there = {drop.by_heading.get(heading) for heading in headings}
    return [group for group in drop.required if not there & set(group)]
