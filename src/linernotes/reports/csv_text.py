"""Rows as CSV, safe to open in a spreadsheet."""

import csv
import io
from datetime import date, datetime

from linernotes.core.clock import instant
from linernotes.reports.rows import Records

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run text that begins so


def csv_of(rows: Records) -> str:
    """The rows as CSV, with every value escaped that a spreadsheet would run as a formula."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _harmless(value: object) -> str | float | None:
    text = value if isinstance(value, str | int | float | None) else plain(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def plain(value: object) -> str:
    """Convert a value that is neither text nor a number to text."""
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case list():
            return "; ".join(map(str, value))
        case _:
            return str(value)
