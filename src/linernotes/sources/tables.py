"""Bytes of a file that a spreadsheet or a person wrote, as a heading and rows of cells, with notes on how it was read.

It takes text separated by commas, semicolons, tabs or bars, with or without quotation marks, Excel's ``sep=`` line and
titles above the heading; UTF-8, UTF-16 and, with a note, Windows-1252; gzip; Excel workbooks (the extra ``excel``); and
plain lists of one value a line. What a heading looks like and which values are surely data is the caller's to say, so
that a name with a comma in it is not cut in two. Rows are read one after the other; only a workbook is held in memory.
"""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader, TextIOWrapper
from itertools import chain, islice
from typing import IO, Any

from linernotes.core.errors import BelowExpectations
from linernotes.sources.csv_rows import cells, records
from linernotes.sources.roster_workbook import MAGIC_OF_ZIP, refuse_binary, workbook_rows

SAMPLE = 30  # lines by which separator and heading are told
HIGHEST_HEADING = 10  # rows; above it people write titles and dates
ONE_COLUMN = "\x1f"
SEPARATORS = "\t;,|"
GZIPPED = b"\x1f\x8b"
HEAD_BYTES = 4096
UNBALANCED = "invalid CSV: unbalanced quotes or a field that is too long"
WINDOWS = "not UTF-8, so it was read as Windows-1252; if names look wrong, save the file as UTF-8 and import it again"

Row = tuple[int, str, list[str] | None]  # line from 1, its text, its cells; None where quotation marks are wrong
Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What the caller knows of its tables: whether cells are a heading, and whether a value can only be data."""

    is_heading: Callable[[Sequence[str]], bool]
    is_data: Callable[[str], bool]


@dataclass(slots=True)
class Table:
    """A table: its heading, None where it has none, and its rows; ``notes`` is complete once all rows are read."""

    header: list[str] | None
    rows: Iterator[Row]
    columns: int
    notes: list[str] = field(default_factory=list)


def open_table(source: IO[bytes], name: str, signs: Signs) -> Table:
    """The table in an open file.

    Raises:
        BelowExpectations: it is empty, damaged or of a kind that holds no table.
        ConfigurationError: it is a workbook, and the library that reads these is not installed.
    """
    stream = plain_bytes(source)
    if is_workbook(stream, name):
        return _headed(workbook_rows(stream, name, signs.is_heading), name, signs, [])
    notes: list[str] = []
    return text_table(text_lines(stream, name, notes), name, signs, notes)


def is_workbook(stream: BufferedReader, name: str) -> bool:
    """Whether an open file begins like a workbook, or like any other zip.

    Raises:
        BelowExpectations: its gzip is damaged.
    """
    return _head(stream, name).startswith(MAGIC_OF_ZIP)


def plain_bytes(source: IO[bytes]) -> BufferedReader:
    """The bytes of an open file, unpacked if they are gzipped."""
    stream: Any = source
    stream = stream if hasattr(stream, "peek") else BufferedReader(stream)
    return BufferedReader(gzip.GzipFile(fileobj=stream)) if stream.peek(2)[:2] == GZIPPED else stream


def text_lines(stream: BufferedReader, name: str, notes: list[str]) -> Iterator[Line]:
    """The lines of a text in any of the usual encodings, numbered from 1.

    Raises:
        BelowExpectations: it is binary, or its gzip is damaged.
    """
    head = _head(stream, name)
    encoding = _encoding(head)
    if encoding.startswith("utf-8"):
        refuse_binary(head, name)
    text = TextIOWrapper(stream, encoding, errors="surrogateescape" if encoding.startswith("utf-8") else "replace")
    try:
        for number, line in enumerate(text, 1):
            yield number, _decoded(line, name, notes).replace("\0", "\N{REPLACEMENT CHARACTER}")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _damaged(name) from None


def text_table(lines: Iterable[Line], name: str, signs: Signs, notes: list[str]) -> Table:
    """The table that lines of text are; ``notes`` becomes the table's."""
    lines = iter(lines)
    sample = list(islice(((number, line) for number, line in lines if line.strip()), SAMPLE))
    if not sample:
        raise _empty(name)
    declared = _declared(sample[0][1])
    sample = sample[1:] if declared else sample
    separator = declared or _separator([line for _, line in sample], signs)
    return _headed(_rows(chain(sample, lines), separator), name, signs, notes)


def _headed(rows: Iterator[Row], name: str, signs: Signs, notes: list[str]) -> Table:
    filled = (row for row in rows if row[2] is None or any(cell.strip() for cell in row[2]))
    first = list(islice(filled, HIGHEST_HEADING))
    if not first:
        raise _empty(name)
    place = next((place for place, row in enumerate(first) if _is_heading(first, place, row[2] or [], signs)), None)
    if place is None:
        return Table(None, chain(first, filled), max(len(cells or ()) for _, _, cells in first), notes)
    if place:
        notes.append(f"import {name}: the heading is in line {first[place][0]}; the lines above it were passed over")
    header = [cell.strip() for cell in first[place][2] or []]
    return Table(header, chain(first[place + 1 :], filled), len(header), notes)


def _is_heading(first: list[Row], place: int, values: list[str], signs: Signs) -> bool:
    """Whether a row is the heading: below the first row only where nothing but titles stands above it."""
    if not signs.is_heading(values):
        return False
    above = [sum(bool(cell.strip()) for cell in row[2] or ()) for row in first[:place]]
    return not place or (sum(bool(cell.strip()) for cell in values) > 1 and max(above) == 1)


def _rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    if separator == ONE_COLUMN:
        for number, line in lines:
            text = line.rstrip("\r\n")
            yield number, text, [_unquoted(text.strip())]
        return
    for number, text in records(iter(lines), separator):
        found = cells(text, separator)
        yield number, text, [_unquoted(cell) for cell in found] if separator == "\t" and found else found


def _unquoted(text: str) -> str:
    """A cell without the quotation marks around it; those within a name stay."""
    inner = text[1:-1]
    whole = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if whole else text


def _declared(line: str) -> str | None:
    """The separator that Excel's first line names."""
    text = line.strip().strip('"')
    return text[4] if text[:4].lower() == "sep=" and len(text) == 5 else "\t" if text.lower() == "sep=" else None


def _separator(sample: list[str], signs: Signs) -> str:
    """The separator that gives a heading; else the one by which all lines have as many cells; else there is none."""
    cuts = [(_cut(line, separator), separator) for line in sample[:HIGHEST_HEADING] for separator in SEPARATORS]
    headed = [(len(row), -place, separator) for place, (row, separator) in enumerate(cuts) if signs.is_heading(row)]
    if headed:
        width, _, separator = max(headed)
        return separator if width > 1 else ONE_COLUMN
    return next((separator for separator in SEPARATORS if _divides(separator, sample, signs)), ONE_COLUMN)


def _divides(separator: str, sample: list[str], signs: Signs) -> bool:
    rows = [_cut(line, separator) for line in sample]
    if any(len(row) < 2 for row in rows):
        return False
    if any(signs.is_data(cell) for row in rows for cell in row) or separator in "\t|":
        return True
    spaced = sum(f"{separator} " in line for line in sample)  # Tyler, The Creator
    return len({len(row) for row in rows}) == 1 and spaced * 2 < len(sample)


def _cut(line: str, separator: str) -> list[str]:
    return cells(line, separator) or line.split(separator)  # quotation marks may span lines


def _head(stream: BufferedReader, name: str) -> bytes:
    try:
        return stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _damaged(name) from None


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2], head[1::2]
    if len(head) > 3 and odd.count(0) > len(odd) * 0.7 and not even.count(0):
        return "utf-16-le"
    if len(head) > 3 and even.count(0) > len(even) * 0.7 and not odd.count(0):
        return "utf-16-be"
    return "utf-8-sig"


def _decoded(line: str, name: str, notes: list[str]) -> str:
    """The line, of which bytes that are not UTF-8 are read as Windows-1252."""
    if line.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in line):
        return line
    if (note := f"import {name}: {WINDOWS}") not in notes:
        notes.append(note)
    raw = line.encode("utf-8", "surrogateescape")
    return "".join(bytes([byte]).decode("cp1252", "replace") for byte in raw)


def _empty(name: str) -> BelowExpectations:
    return BelowExpectations(f"import {name}: the file is empty", "use a file with at least one row")


def _damaged(name: str) -> BelowExpectations:
    return BelowExpectations(
        f"import {name}: the gzip is damaged or truncated", "nothing of it was imported; copy the file again"
    )
