"""JSON of any size as the texts of its rows: those of arrays, of pages that hold them, or of values in a row.

An array that fits into memory is cut by the decoder. Anything else (larger, broken, several values one after another)
is read value by value by ``json_stream``.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO

import msgspec

from linernotes.sources.json_stream import streamed_rows

WHOLE_BYTES = 32 << 20  # Spotify's own files have 12 MB
BLOCK_BYTES = 1 << 20
# Keys under which tools wrap a list of rows; a row has none of them with a list or an object in it.
WRAPPERS = ("data", "items", "plays", "listens", "scrobbles", "history", "list", "results", "rows")
NUMBERS_OF_PAGES = {"@attr", "#text", "user", "page", "perPage", "totalPages", "total"}
BETWEEN = b" \t\r\n,"

Row = tuple[int, bytes]  # number from 1, and its text
DECODE = msgspec.json.Decoder(list[msgspec.Raw]).decode
CHECK = msgspec.json.Decoder(msgspec.Raw).decode
OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def json_rows(source: IO[bytes], pages: tuple[str, ...] = ()) -> Iterator[Row]:
    """The rows of a file, numbered; ``pages`` are the keys under which a page of this format holds its rows."""
    text = source.read(WHOLE_BYTES)
    if len(text) < WHOLE_BYTES and text.lstrip().startswith(b"[") and is_whole(text):
        elements = map(bytes, DECODE(text.strip(BETWEEN)))
        rows: Iterable[bytes] = chain.from_iterable(_of_page(row, pages) for row in elements) if pages else elements
    else:
        blocks = chain([text], iter(lambda: source.read(BLOCK_BYTES), b""))
        rows = (row for row in streamed_rows(blocks, (*pages, *WRAPPERS)) if not (pages and _is_empty(row)))
    yield from enumerate(rows, 1)


def _of_page(value: bytes, pages: tuple[str, ...]) -> Iterable[bytes]:
    """The rows of a page, also of a page with a single one; for anything else, the value itself."""
    for key in pages:
        try:
            inner = OBJECT(value).get(key)
        except (msgspec.DecodeError, RecursionError):
            break
        value = bytes(inner) if inner is not None and bytes(inner)[:1] in (b"[", b"{") else value
    if value.lstrip().startswith(b"[") and is_whole(value):
        return map(bytes, DECODE(value.strip(BETWEEN)))
    return () if _is_empty(value) else (value,)


def _is_empty(page: bytes) -> bool:
    """A page without rows may have nothing but its numbers."""
    try:
        return bool(OBJECT(page)) and OBJECT(page).keys() <= NUMBERS_OF_PAGES
    except (msgspec.DecodeError, RecursionError):
        return False


def is_whole(text: bytes) -> bool:
    """Whether a text is one JSON value."""
    try:
        CHECK(text.strip(BETWEEN))
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
