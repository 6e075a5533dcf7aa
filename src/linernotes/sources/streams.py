"""The bytes of one file for a reader: hashed, counted, limited, in UTF-8; damage ends them like the end of the file."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from linernotes.sources.archives import AGAIN, DAMAGES, UNPACK, HistoryFile, Unread
from linernotes.sources.encodings import Recoder

HEAD_BYTES = 1 << 16  # enough to recognise a format
BLOCK_BYTES = 1 << 18


class Utf8Bytes(io.RawIOBase):
    """A file's bytes as UTF-8; ``damage`` says why reading stopped early, None at the real end."""

    def __init__(self, source: IO[bytes], most: int, read: Callable[[int], None]) -> None:
        self._source, self._most, self._read = source, most, read
        self._digest = hashlib.sha256()
        self._recoder = Recoder()
        self._left = memoryview(b"")
        self.size = 0
        self.damage: Unread | None = None

    @property
    def sha256(self) -> str:
        """The hash of the bytes read so far, before any conversion."""
        return self._digest.hexdigest()

    @property
    def encoding(self) -> str:
        """The encoding that the bytes read so far are in."""
        return self._recoder.encoding

    def readable(self) -> bool:
        """Always true; called by BufferedReader."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for a private type
        """Fill the buffer with the next bytes; 0 at the end."""
        while not self._left and (block := self._next()):
            self._left = memoryview(self._recoder.utf8(block))
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _next(self) -> bytes:
        if self.damage:
            return b""
        try:
            block = self._source.read(BLOCK_BYTES)
        except DAMAGES as error:
            self.damage = Unread(f"damaged or truncated: {error or type(error).__name__}", AGAIN)
            return b""
        self._digest.update(block)
        self.size += len(block)
        self._read(len(block))
        if self.size > self._most:
            self.damage = Unread("expands to more than the allowed size", UNPACK)
        return block


class HistoryStream:
    """An open file: ``head`` has its first bytes, ``whole`` all of them, ``raw`` their hash, size and damage."""

    def __init__(self, raw: Utf8Bytes) -> None:
        self.raw = raw
        self.whole = io.BufferedReader(raw, HEAD_BYTES)
        self.head = self.whole.peek(HEAD_BYTES)[:HEAD_BYTES]

    @property
    def text(self) -> str:
        """The first bytes as text."""
        return self.head.decode("utf-8", "replace")


@contextmanager
def open_stream(file: HistoryFile, read: Callable[[int], None] = lambda _bytes: None) -> Iterator[HistoryStream]:
    """Open a file; ``read`` is called with the size of each block."""
    source, damage = _source(file)
    raw = Utf8Bytes(source, file.most, read)
    raw.damage = damage
    try:
        yield HistoryStream(raw)
    finally:
        if file.given != "-":
            source.close()


def _source(file: HistoryFile) -> tuple[IO[bytes], Unread | None]:
    try:
        return file.open(), None
    except DAMAGES as error:
        return io.BytesIO(), Unread(f"cannot open it: {error}", AGAIN)


def content_hash(stream: HistoryStream) -> str:
    """SHA-256 of a file's uncompressed bytes, in hex; reads it to the end."""
    while stream.whole.read(BLOCK_BYTES):
        pass
    return stream.raw.sha256
