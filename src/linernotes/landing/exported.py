"""Lines as BigQuery exports them, in the form of their contract: integers as text, ``2024-03-01 10:00:00 UTC``.

Only contracts whose lines people write themselves take these: those with a column that says what it is ``otherwise``.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from linernotes.config.datasets import Column, Dataset
from linernotes.core.clock import instant

Repair = Callable[[bytes], bytes | None]
INTEGER = re.compile(r"-?\d{1,19}")
UTC_AT_END = re.compile(r" UTC$")
FIELD = re.compile(r"\{(\w+)\}")
FLAGS = {"true": True, "false": False}


def repair_of(dataset: Dataset) -> Repair | None:
    """A function that gives a line its contract's form, or None if it is none; None where lines have to have it."""
    columns = dataset.columns
    if not any(column.otherwise for column in columns):
        return None

    def repair(line: bytes) -> bytes | None:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            values = msgspec.json.decode(line)
            if isinstance(values, dict) and not values.keys() & {"_outcome", "_reject"}:
                return msgspec.json.encode(_filled(columns, _record(columns, values)))
        return None

    return repair


def _record(columns: tuple[Column, ...], values: dict[str, Any]) -> dict[str, Any]:
    known = {column.name: column for column in columns}
    return {name: _value(known[name], value) if name in known else value for name, value in values.items()}


def _value(column: Column, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(column, each) for each in value]
    if isinstance(value, dict):
        return _record(column.fields, value)
    return _from_text(column.type, value) if isinstance(value, str) else value


def _from_text(kind: str, text: str) -> Any:
    if kind == "INT64" and INTEGER.fullmatch(text):
        return int(text)
    if kind == "TIMESTAMP":
        return _instant(text)
    return FLAGS.get(text.lower(), text) if kind == "BOOL" else text


def _instant(text: str) -> str:
    """An instant as the lake writes it, so that keys made of it are the same; a text that is none stays."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(UTC_AT_END.sub("+00:00", text))
        return instant(moment) if moment.tzinfo else text
    return text


def _filled(columns: tuple[Column, ...], values: dict[str, Any]) -> dict[str, Any]:
    """The values with those that follow from others where they are missing."""
    for column in columns:
        if column.otherwise and values.get(column.name) is None:
            there = {name for name, value in values.items() if value is not None}
            form = next((form for form in column.otherwise if set(FIELD.findall(form)) <= there), None)
            if form is not None:
                values[column.name] = FIELD.sub(lambda field: str(values[field[1]]), form)
    return values
