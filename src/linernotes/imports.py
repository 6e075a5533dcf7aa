"""Files that people have become lines of a dataset: rosters of artists, and plays as Spotify's API serves them.

A line that cannot be taken keeps its place and its text and goes the same way as the good ones; ingest puts it among
the rejects. So an import loses nothing, and importing the same file twice brings nothing new.
"""

import codecs
import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from itertools import chain
from typing import IO, Any

import click
import msgspec

from linernotes.contracts import Dataset
from linernotes.errors import BelowExpectations, ConfigurationError
from linernotes.history.formats import recognised
from linernotes.history.private import without_private
from linernotes.providers.spotify_plays import play_of
from linernotes.rows import LineReader, Reject
from linernotes.tables import Lines, cells, delimiter_of, records
from linernotes.values import Json

ARTIST_LINK = re.compile(r"(?:https?://open\.spotify\.com/(?:intl-[\w-]+/)?artist/|spotify:artist:)([0-9A-Za-z]{22})")
ID_COLUMNS = ("artistid", "artist_id", "spotify_url", "id")
NAME_COLUMNS = ("artistname", "artist_name", "name")
GZIPPED = b"\x1f\x8b"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
RAW_CHARACTERS = 65_536
LONGEST_TEXT = 8 << 20  # characters; what comes of it has to fit into a landed line
UNREADABLE = "\0unreadable"  # a key no file can hold: import refuses lines with NUL

Numbered = Iterator[tuple[int, str, Any]]  # line from 1, its text, what was read from it or the reason why not


@contextmanager
def open_text(path: str) -> Iterator[IO[str]]:
    """A file, or ``-`` for standard input, as text, zipped or not. What is not UTF-8 is told apart line by line."""
    opened: Any = click.open_file(path, "rb")
    with opened:
        yield as_text(BufferedReader(opened))


def as_text(source: Any) -> IO[str]:
    """What is open already, likewise."""
    begins = source.peek(2)[:2]
    stream: Any = gzip.GzipFile(fileobj=source) if begins == GZIPPED else source
    encoding = "utf-16" if begins in UTF_16 else "utf-8-sig"
    return TextIOWrapper(stream, encoding=encoding, errors="surrogateescape")


def roster_lines(source: IO[str], name: str, dataset: Dataset) -> Iterator[Json]:
    """Landed lines of a roster in CSV, TSV or JSONL; ``name`` is the file's, or ``-``.

    Raises:
        ConfigurationError: no column holds ids.
        BelowExpectations: it is empty or not text.
    """
    return checked(_rows_of(source, name), artist_of, name, dataset)


def play_lines(source: IO[str], name: str, dataset: Dataset) -> Iterator[Json]:
    """Landed lines of recently-played: page objects, lists of items, or one item or page per line."""
    return checked(_items_of(source, name), play_of, name, dataset)


def checked(rows: Numbered, read: Callable[[Any], Json], name: str, dataset: Dataset) -> Iterator[Json]:
    """Each row as a line that the contract takes, or as a ``_reject`` with its text and its place in the file."""
    reader = LineReader(dataset)
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
        reason = "of another shape than expected"
    raw = without_private(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))[:RAW_CHARACTERS]
    return {"file": name, "line": line, "field": field, "reason": reason, "raw": raw}


def artist_of(row: Json) -> Json:
    """A roster row's artist, by the first of its columns that may hold an id, a URL or a URI."""
    columns = {str(column).strip().casefold(): value for column, value in row.items() if column}
    given = next((columns[c] for c in ID_COLUMNS if columns.get(c)), None)
    if not isinstance(given, str) or not given.strip():
        raise ValueError(f"no Spotify id in any of {', '.join(ID_COLUMNS)}")
    link = ARTIST_LINK.match(given.strip())
    name = next((columns[c] for c in NAME_COLUMNS if columns.get(c)), None)
    return {"artistId": link[1] if link else given.strip(), "artistName": name}


def _rows_of(source: IO[str], name: str) -> Numbered:
    first, lines = _begun(source, name)
    if first.startswith("[") or recognised(first.encode("utf-8", "replace")):  # nothing of it is quoted: it is private
        remedy = "give CSV, TSV or JSON lines; a listening history is imported by: linernotes import plays"
        raise ConfigurationError(f"import {name}: no roster", remedy)
    if first.startswith("{"):
        yield from _json_lines(lines)
        return
    delimiter = delimiter_of(first)
    header = [column.strip() for column in next(csv.reader([first], delimiter=delimiter))]
    if not {column.casefold() for column in header} & set(ID_COLUMNS):
        raise ConfigurationError(
            f"import {name}: no column is named {', '.join(ID_COLUMNS)}", f"it has: {', '.join(header)[:200]}"
        )
    next(lines)
    for number, text in records(lines, delimiter):
        values = cells(text, delimiter)
        if values is None:
            yield number, text, {UNREADABLE: "not CSV: its quotation marks or its length are wrong"}
        elif any(values):
            yield number, text, dict(zip(header, values, strict=False))


def _items_of(source: IO[str], name: str) -> Numbered:
    first, lines = _begun(source, name)
    if _is_json(first):
        yield from _flattened(_json_lines(lines))
        return
    text = "".join(line for _, line in lines)
    document = _parsed(text)
    if UNREADABLE not in document:
        yield from _flattened(iter([(1, text, document)]))
    elif any(map(_is_json, text.splitlines())):
        yield from _flattened(_json_lines(enumerate(text.splitlines(keepends=True), 1)))
    else:
        raise BelowExpectations(
            f"import {name}: it is damaged or cut off: {document[UNREADABLE]}",
            "copy it again, or ask the service for it again",
        )


def _flattened(rows: Numbered) -> Numbered:
    """Pages and lists become their items, numbered within the page; a single item stays as it is."""
    for line, text, row in rows:
        items = row.get("items") if isinstance(row, dict) and "track" not in row else row
        if isinstance(items, list):
            yield from ((number, json.dumps(item), item) for number, item in enumerate(items, 1))
        else:
            yield line, text, row


def _json_lines(lines: Lines) -> Numbered:
    for number, line in lines:
        if line.strip():
            yield number, line.rstrip("\r\n"), _parsed(line)


def _parsed(text: str) -> Any:
    """What the text holds; an object or a list, or why it is neither."""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {UNREADABLE: f"not JSON: {error}"}
    return row if isinstance(row, dict | list) else {UNREADABLE: "not a JSON object"}


def _is_json(text: str) -> bool:
    return UNREADABLE not in _parsed(text)


def _read(source: IO[str], name: str) -> Iterator[str]:
    try:
        yield from source
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BelowExpectations(
            f"import {name}: its gzip is damaged or cut off", "what could be read is loaded; copy the file again"
        ) from None


def _begun(source: IO[str], name: str) -> tuple[str, Lines]:
    """The first line that is not blank, and all lines from it on, with their numbers from 1."""
    lines = enumerate(_read(source, name), 1)
    number, first = next(((number, line) for number, line in lines if line.strip()), (0, ""))
    if not first:
        raise BelowExpectations(f"import {name}: the file is empty", "give a file with at least one line of data")
    if "\0" in first:
        raise BelowExpectations(f"import {name}: the file is binary, not text", "give a CSV, TSV, JSON or JSONL file")
    rest = ((number, line.replace("\0", "\ufffd")) for number, line in lines)
    return first.strip(), chain([(number, first)], rest)
