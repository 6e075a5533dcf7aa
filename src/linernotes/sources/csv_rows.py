"""Tables as people write them: separated by commas, semicolons or tabs, with quotation marks that may be wrong."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import accumulate, islice

LONGEST_RECORD = 20  # lines; a longer name means an unbalanced quotation mark

Lines = Iterator[tuple[int, str]]


def delimiter_of(first: str) -> str:
    """The delimiter of a table that begins with this line."""
    return "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","


def records(lines: Lines, delimiter: str) -> Lines:
    """The records of a table: a quoted name may span several lines, an unclosed quote spoils its own line only."""
    ahead = deque(islice(lines, LONGEST_RECORD))
    while ahead:
        number, text = ahead[0]
        joined = accumulate(line for _, line in ahead)
        whole = next(((taken, record) for taken, record in enumerate(joined, 1) if cells(record, delimiter)), None)
        taken, text = whole or (1, text)
        yield number, text.rstrip("\r\n")
        for _ in range(taken):
            ahead.popleft()
        ahead.extend(islice(lines, taken))


def cells(record: str, delimiter: str) -> list[str] | None:
    """The cells of a record, None where quotation marks are wrong; in tables with tabs they are ordinary characters."""
    if delimiter == "\t":
        return record.rstrip("\r\n").split("\t")
    try:
        return next(csv.reader([record], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        return None
