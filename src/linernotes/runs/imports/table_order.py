"""The column that tells which rows of a table are newer: its values are compared as what they are, however written."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from linernotes.core.clock import instant, utc
from linernotes.core.errors import ConfigurationError
from linernotes.core.text import bounded
from linernotes.sources.histories.table import moment_of_value
from linernotes.sources.local_times import LocalTimes

NUMBERS = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER|64)?|(?:BIG)?NUMERIC.*|DECIMAL.*|DOUBLE|FLOAT(?:64)?|REAL")
INSTANTS = re.compile(r"DATE|DATETIME|TIMESTAMP(?: WITH TIME ZONE|_\w+)?")
TEXTS = re.compile(r"VARCHAR|STRING|JSON")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WORDS = {"number": "numbers", "instant": "times", "text": "texts"}
LONGEST = 30
ANOTHER = "name a column of numbers or of times, or leave --since-column out"
# An order needs no zone: whichever is meant, what was written later is later.
AS_WRITTEN = LocalTimes(None, None)


@dataclass(frozen=True, slots=True)
class Order:
    """How the values of a column are compared; ``in_query`` where its table compares them so by itself."""

    kind: str
    in_query: bool

    def value(self, value: Any) -> Any:
        """A value that compares with others of the column; None for one that does not count."""
        return None if value in (None, "") else READ[self.kind](value)

    def written(self, value: Any) -> str:
        """A value as a mark keeps it."""
        return instant(value) if self.kind == "instant" else str(value)


def order_of(column: str, types: Iterable[str], values: Callable[[], Iterable[Any]]) -> Order:
    """How a column is ordered; ``types`` are its types in each part of its table, ``values`` are read only for texts.

    Raises:
        ConfigurationError: its values have no order.
    """
    kinds = {_kind_of_type(each) for each in types}
    if None in kinds:
        raise ConfigurationError(f"--since-column {column}: {' or '.join(sorted(types))} has no order", ANOTHER)
    if len(kinds) == 1 and kinds != {"text"}:
        return Order(str(kinds.pop()), in_query=True)
    return Order(_kind_of_values(column, values()), in_query=False)


def _kind_of_type(kind: str) -> str | None:
    forms = {"number": NUMBERS, "instant": INSTANTS, "text": TEXTS}
    return next((name for name, form in forms.items() if form.fullmatch(kind.upper())), None)


def _kind_of_values(column: str, values: Iterable[Any]) -> str:
    """What all values are, read from text; texts of one length, such as ULIDs, are ordered as they are."""
    examples: dict[str, Any] = {}
    lengths: set[int] = set()
    for value in values:
        if value in (None, ""):
            continue
        kind = next(name for name in READ if _can_read(name, value))
        examples.setdefault(kind, value)
        lengths.add(len(str(value)) if kind == "text" else 0)
    if len(examples) > 1:
        found = " and ".join(f"{WORDS[kind]} ({bounded(str(each), LONGEST)})" for kind, each in examples.items())
        raise ConfigurationError(f"--since-column {column}: it holds {found}, which have no order", ANOTHER)
    if len(lengths) > 1:
        example = bounded(str(examples["text"]), LONGEST)
        message = f"--since-column {column}: texts of different lengths, such as {example}, have no sure order"
        raise ConfigurationError(message, ANOTHER)
    return next(iter(examples), "text")


def _can_read(kind: str, value: Any) -> bool:
    with suppress(ValueError, TypeError):
        return READ[kind](value) is not None
    return False


def _number(value: Any) -> Decimal | None:
    text = str(value).strip()
    if isinstance(value, str) and not NUMBER.fullmatch(text):
        raise ValueError(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    return number if number.is_finite() else None  # no number is beyond one that is none


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and not NUMBER.fullmatch(value.strip()):
        return utc(moment_of_value(value, AS_WRITTEN).at)
    raise ValueError(value)


READ: dict[str, Callable[[Any], Any]] = {"number": _number, "instant": _instant, "text": str}
