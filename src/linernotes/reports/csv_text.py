"""Rows as CSV (RFC 4180), safe to open in a spreadsheet, and as tab-separated lines for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from linernotes.core.clock import instant
from linernotes.core.formulas import guarded
from linernotes.core.text import on_one_line, printable
from linernotes.reports.rows import Records


def csv_of(rows: Records) -> str:
    """The rows as CSV, with every value escaped that a spreadsheet would run as a formula."""
    return csv_lines(list(rows[0]), ([*row.values()] for row in rows)) if rows else ""


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns and rows as CSV, escaped in the same way; without rows it is the header alone."""
    text = io.StringIO()
    writer = csv.writer(text)  # lines end with CR and LF, as RFC 4180 has it
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def tsv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns and rows as tab-separated lines, for cut, sort and awk: a value never spans columns or lines."""
    lines = [map(_on_one_line, columns), *([_on_one_line(value) for value in row] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def _on_one_line(value: object) -> str:
    return "" if value is None else printable(" ".join(plain(value).split()))


def _harmless(value: object) -> str | float | None:
    """The value for one cell: a record stays on one line, and no text is a formula, also behind leading spaces."""
    if isinstance(value, int | float | None):
        return value
    text = plain(value)
    return on_one_line(guarded(text))


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


def json_value(value: object) -> object:
    """Convert a value of any type that an engine has to one that JSON has: numbers stay numbers, as far as they are."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case float():
            return value if isfinite(value) else None
        case dict():
            return {str(key): json_value(each) for key, each in value.items()}
        case list() | tuple():
            return [json_value(each) for each in value]
        case _:
            return value
