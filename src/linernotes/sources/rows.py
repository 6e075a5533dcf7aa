"""Imported files become lines of a dataset: rosters of artists, and plays in the form of Spotify's API.

A bad line keeps its place and its text and is landed with the good ones; ingest puts it among the rejects. So an import
loses nothing, and importing the same file twice changes nothing.
"""

import codecs
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Any

import msgspec

from linernotes.core.errors import BelowExpectations
from linernotes.core.values import Json
from linernotes.landing.lines import LineReader, Reject
from linernotes.sources.csv_rows import Lines
from linernotes.sources.privacy import without_private

GZIPPED = b"\x1f\x8b"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
RAW_CHARACTERS = 65_536
LONGEST_TEXT = 8 << 20  # characters; the line made of it has to be landed
UNREADABLE = "\0unreadable"  # a key no file can hold: import refuses lines with NUL

Numbered = Iterator[tuple[int, str, Any]]  # line from 1, its text, its value or the reason why there is none


@contextmanager
def open_text(path: str) -> Iterator[IO[str]]:
    """Open a file, or ``-`` for standard input, as text, gzipped or not; bytes that are not UTF-8 spoil one line."""
    if path == "-":
        yield as_text(BufferedReader(sys.stdin.buffer))
        return
    with Path(path).open("rb") as opened:
        yield as_text(opened)


@contextmanager
def open_bytes(path: str) -> Iterator[BufferedReader]:
    """Open a file, or ``-`` for standard input, as bytes."""
    if path == "-":
        typed: Any = sys.stdin.buffer
        yield BufferedReader(typed)
        return
    with Path(path).open("rb") as opened:
        yield opened


def as_text(source: Any) -> IO[str]:
    """A file that is already open, as text."""
    begins = source.peek(2)[:2]
    stream: Any = gzip.GzipFile(fileobj=source) if begins == GZIPPED else source
    encoding = "utf-16" if begins in UTF_16 else "utf-8-sig"
    return TextIOWrapper(stream, encoding=encoding, errors="surrogateescape")


def valid_lines(rows: Numbered, read: Callable[[Any], Json], name: str, reader: LineReader) -> Iterator[Json]:
    """Each row as a line that fits the contract, or as a ``_reject`` with its text and its place in the file."""
    for line, text, row in rows:
        try:
            values = read(_readable(row, text))
            reader.read(msgspec.json.encode(values))
        except (ValueError, Reject, AttributeError, TypeError) as error:
            values = {"_reject": _mark(error, name, line, text)}
        yield values


def _readable(row: Any, text: str) -> Any:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT >> 20} million characters")
    if UNREADABLE in row:
        raise ValueError(row[UNREADABLE])
    return row


def _mark(error: Exception, name: str, line: int, text: str) -> Json:
    field = error.field if isinstance(error, Reject) else None
    reason = "not UTF-8" if isinstance(error, UnicodeError) else str(error)
    if isinstance(error, AttributeError | TypeError):
        reason = "unexpected structure"
    raw = without_private(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))[:RAW_CHARACTERS]
    return {"file": name, "line": line, "field": field, "reason": reason, "raw": raw}


def json_lines(lines: Lines) -> Numbered:
    """Each line that is not blank, with its JSON value."""
    for number, line in lines:
        if line.strip():
            yield number, line.rstrip("\r\n"), parsed_json(line)


def parsed_json(text: str) -> Any:
    """The object or list in a text, or the reason why it is neither."""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {UNREADABLE: f"not JSON: {error}"}
    return row if isinstance(row, dict | list) else {UNREADABLE: "not a JSON object"}


def _read(source: IO[str], name: str) -> Iterator[str]:
    try:
        yield from source
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BelowExpectations(
            f"import {name}: the gzip is damaged or truncated", "the readable part is loaded; copy the file again"
        ) from None


def first_and_all_lines(source: IO[str], name: str) -> tuple[str, Lines]:
    """The first line that is not blank, and all lines from it on, with their numbers from 1."""
    lines = enumerate(_read(source, name), 1)
    number, first = next(((number, line) for number, line in lines if line.strip()), (0, ""))
    if not first:
        raise BelowExpectations(f"import {name}: the file is empty", "use a file with at least one row")
    if "\0" in first:
        raise BelowExpectations(f"import {name}: the file is binary, not text", "use a CSV, TSV, JSON or JSONL file")
    rest = ((number, line.replace("\0", "\ufffd")) for number, line in lines)
    return first.strip(), chain([(number, first)], rest)
