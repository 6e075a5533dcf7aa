"""JSON of any size as the texts of its rows: those of an array, of lines, or of pages that hold them.

An array that fits into memory is cut by the decoder. A larger or a broken one is cut at its seams, ``}, {``: pieces
are joined until they are a whole value; a piece that never becomes one is a bad row by itself. So
half a file gives all its rows but the last, and one broken row costs no other.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import IO

import msgspec

WHOLE_BYTES = 32 << 20  # Spotify's own files have 12 MB
BLOCK_BYTES = 1 << 20
LONGEST_ROW = 8 << 20
MOST_PIECES = 16  # seams within one row: a listen of 16 credited artists has 15
SEAM = re.compile(rb"\}\s*(?=,\s*\{)")
NUMBERS_OF_PAGES = {"@attr", "#text", "user", "page", "perPage", "totalPages", "total"}
BETWEEN = b" \t\r\n,"

Row = tuple[int, bytes]  # number from 1, and its text
DECODE = msgspec.json.Decoder(list[msgspec.Raw]).decode
CHECK = msgspec.json.Decoder(msgspec.Raw).decode
OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def json_rows(source: IO[bytes], pages: tuple[str, ...] = ()) -> Iterator[Row]:
    """The rows of a file, numbered; ``pages`` are the keys under which a page holds its rows."""
    values = _values(source)
    yield from enumerate((row for value in values for row in _of_page(value, pages)) if pages else values, 1)


def _values(source: IO[bytes]) -> Iterator[bytes]:
    text = source.read(WHOLE_BYTES)
    if text.lstrip().startswith(b"["):
        yield from _elements(text, source)
    elif len(text) < WHOLE_BYTES and is_whole(text):
        yield text
    else:
        yield from _lines(text, source)


def _elements(text: bytes, source: IO[bytes]) -> Iterator[bytes]:
    """The elements of an array."""
    if len(text) < WHOLE_BYTES and is_whole(text):
        yield from map(bytes, DECODE(text.strip(BETWEEN)))
    else:
        yield from _join(_pieces(text, source))


def _pieces(text: bytes, source: IO[bytes]) -> Iterator[bytes]:
    """An array cut at every seam, also at those within its rows."""
    rest = text.lstrip()[1:]
    while rest:
        start = 0
        for seam in SEAM.finditer(rest):
            yield rest[start : seam.end()]
            start = seam.end()
        rest, block = rest[start:], source.read(BLOCK_BYTES)
        if not block:
            break
        if len(rest) > LONGEST_ROW:
            yield rest
            rest = b""
        rest += block
    if (last := rest.rstrip().removesuffix(b"]").rstrip(BETWEEN)).strip(BETWEEN):
        yield last
    if not rest.rstrip().endswith(b"]") and (not last or is_whole(last)):
        yield b""  # truncated between two rows: each is whole, but more are missing


def _join(pieces: Iterator[bytes]) -> Iterator[bytes]:
    ahead = deque(islice(pieces, MOST_PIECES))
    while ahead:
        texts = enumerate(accumulate(ahead), 1)
        taken, text = next(((taken, text) for taken, text in texts if is_whole(text)), (1, ahead[0]))
        yield text.strip(BETWEEN)
        for _ in range(taken):
            ahead.popleft()
        ahead.extend(islice(pieces, taken))


def _lines(text: bytes, source: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file that is neither an array nor one value."""
    rest = text
    while rest:
        *lines, rest = rest.split(b"\n")
        yield from (line for line in lines if line.strip())
        block = source.read(BLOCK_BYTES)
        if not block:
            break
        if len(rest) > LONGEST_ROW:
            yield rest
            rest = b""
        rest += block
    if rest.strip():
        yield rest


def _of_page(value: bytes, pages: tuple[str, ...]) -> Iterable[bytes]:
    """The rows of a page, also of a page with a single one; for anything else, the value itself."""
    for key in pages:
        try:
            inner = OBJECT(value).get(key)
        except (msgspec.DecodeError, RecursionError):
            break
        value = bytes(inner) if inner is not None else value
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
