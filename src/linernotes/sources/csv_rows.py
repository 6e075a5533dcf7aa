"""Tables as people write them: commas, semicolons, tabs or bars between cells, quotation marks that may be wrong."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import accumulate, islice

LONGEST_RECORD = 20  # lines; a longer name means an unbalanced quotation mark

Lines = Iterator[tuple[int, str]]


def delimiter_of(first: str) -> str:
    """The delimiter of a table that begins with this line."""
    if "\t" in first:
        return "\t"
    return ";" if ";" in first and "," not in first else "|" if "|" in first and "," not in first else ","


def records(lines: Lines, delimiter: str, *, quoted: bool | None = None) -> Lines:
    """The records of a table: a quoted name may span several lines, an unclosed quote spoils its own line only."""
    ahead = deque(islice(lines, LONGEST_RECORD))
    while ahead:
        number, text = ahead[0]
        taken = 1
        if '"' in text:
            joined = accumulate(line for _, line in ahead)
            taken, text = next(
                (whole for whole in enumerate(joined, 1) if cells(whole[1], delimiter, quoted=quoted)), (1, text)
            )
        yield number, text.rstrip("\r\n")
        for _ in range(taken):
            ahead.popleft()
        ahead.extend(islice(lines, taken))


def cells(record: str, delimiter: str, *, quoted: bool | None = None) -> list[str] | None:
    """The cells of a record, None where quotation marks are wrong.

    ``quoted`` says whether quotation marks enclose cells; unless it is given they do, except in tables with tabs.
    """
    if quoted is False or (quoted is None and delimiter == "\t"):
        return record.rstrip("\r\n").split(delimiter)
    if '"' not in record:
        return record.rstrip("\r\n").split(delimiter)
    # A mark within a cell is written twice, or by some tools after a backslash.
    for doubled in (True, False) if '\\"' in record else (True,):
        try:
            escape = None if doubled else "\\"
            reader = csv.reader([record], delimiter=delimiter, strict=True, doublequote=doubled, escapechar=escape)
            return next(reader, [""])
        except csv.Error:
            continue
    return None
