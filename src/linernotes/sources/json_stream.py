"""JSON read value by value, in little memory: arrays, pages of any size, and values one after another.

The standard library's C scanner reads one row at a time out of a window of text. It accepts what other tools write
(NaN, control characters), says where a value ends, and where one is broken the reading continues at the next row:
half a file gives all its whole rows, and a broken row costs no other. (An incremental parser of events, such as ijson,
stops at the first wrong byte and does not give the text of a row.)
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

LONGEST_ROW = 8 << 20  # characters
DEEPEST = 6  # arrays and pages around a row
LOOK_BACK = 16  # a value that breaks so close to the end of the window may only be incomplete
SKIP = re.compile(r"[\s,\ufeff\x1e]*")  # also the marks at which files were joined
COLON = re.compile(r"\s*:\s*")
SEAM = re.compile(r"\}(?=\s*,?\s*\{)")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
KEY = re.compile(r'\{\s*("(?:[^"\\]|\\.)*")')
NEXT_LINE = re.compile(r"\n(?=[\[{])")
AFTER = re.compile(r"\s*(?:,?\s*[\[{]|[\]}])")  # what follows the end of a row
CLOSING = {"{": "}", "[": "]"}
DECODE = msgspec.json.Decoder(list[msgspec.Raw]).decode
SCAN = json.JSONDecoder(strict=False).raw_decode
BROKEN = (json.JSONDecodeError, RecursionError)


class Incomplete(Exception):
    """The window ends within a value."""


def streamed_rows(blocks: Iterable[bytes], pages: tuple[str, ...]) -> Iterator[bytes]:
    """The texts of the rows in blocks of UTF-8; the last one is empty or torn where the text is cut off."""
    window = Window(blocks)
    inside: list[str] = []
    while char := window.next():
        if char in "]}":
            window.skip(1)
            if inside:
                inside.pop()
        elif char == '"' and inside and inside[-1] == "{":
            window.to_page(pages)
        elif (char == "[" and len(inside) < DEEPEST) or (char == "{" and window.is_page(pages)):
            inside.append(char)
            window.enter()
        elif rows := window.batch(pages) if inside and inside[-1] == "[" else ():
            yield from rows
        else:
            yield window.row()
    if inside and not window.torn and not window.astray:
        yield b""  # cut off between two rows: each is whole, but more are missing


class Window:
    """The part of a text that is being read.

    ``torn`` says that the text ended within a row, ``astray`` that a broken row took the end of its page with it.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text, self._at, self._ended = "", 0, False
        self._first_key, self._first_of_page, self._is_new = "", "", True
        self.torn = self.astray = False

    def next(self) -> str:
        """The first character of the next value or bracket; empty at the end."""
        while True:
            found = SKIP.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def skip(self, characters: int) -> None:
        """Leave out what is not a value."""
        self._at += characters

    def enter(self) -> None:
        """Go into the array or the page ahead."""
        self._first_of_page = self._first_of_page or self._key_at(self._at)
        self._at += 1

    def row(self) -> bytes:
        """The text of the next value, whole or broken."""
        end = self._end()
        text = self._text[self._at : end]
        self._at = end
        return text.strip().encode("utf-8", "surrogateescape")

    def batch(self, pages: tuple[str, ...]) -> list[bytes]:
        """All rows that lie whole in a window just read, where a quicker decoder can cut it; none where it cannot."""
        end = self._text.rfind("},") + 1
        chunk = self._text[self._at : end] if self._is_new and end > self._at else ""
        self._is_new = False
        if not chunk or any(f'"{key}"' in chunk for key in pages):
            return []
        try:
            rows = DECODE(f"[{chunk}]".encode())
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return []
        self._remember()
        self._at = end
        return list(map(bytes, rows))

    def is_page(self, pages: tuple[str, ...]) -> bool:
        """Whether the object ahead holds rows: one of the keys leads to an array or an object."""
        while True:
            try:
                value, _ = SCAN(self._text, self._at)
                return any(isinstance(value.get(key), list | dict) for key in pages)
            except BROKEN as error:
                if (found := self._page_key(self._at + 1, pages)) is not None:
                    return found
                if not self._could_end(error) or not self._more():
                    return False

    def to_page(self, pages: tuple[str, ...]) -> None:
        """Within a page: pass over its next key, and over the value of a key that leads to no rows."""
        try:
            key, colon = self._key(self._at)
            self._at = colon
        except Incomplete:
            if not self._more():
                self._at = len(self._text)
            return
        if key not in pages or self.next() not in ("[", "{"):
            self.next()
            self._at = self._end()

    def _page_key(self, at: int, pages: tuple[str, ...]) -> bool | None:
        """Whether an incomplete object leads to rows, by the keys that are there; None where these do not say."""
        try:
            while True:
                found = SKIP.match(self._text, at)
                key, at = self._key(found.end() if found else at)
                if key in pages and self._text[at : at + 1] in ("[", "{"):
                    return True
                _, at = SCAN(self._text, at)
        except (Incomplete, *BROKEN):
            return None

    def _key(self, at: int) -> tuple[Any, int]:
        """The key there, and where its value begins."""
        try:
            key, end = SCAN(self._text, at)
        except BROKEN:
            raise Incomplete from None
        colon = COLON.match(self._text, end)
        if not colon or colon.end() == len(self._text):
            raise Incomplete
        return key, colon.end()

    def _end(self) -> int:
        """Where the next value ends; ``torn`` is set where the text ends before it does."""
        while True:
            try:
                _, end = SCAN(self._text, self._at)
            except BROKEN as error:
                if self._could_end(error) and self._more():
                    continue
                return self._end_of_broken()
            if end < len(self._text) or not self._more():  # a number may continue
                self._remember()
                return end

    def _could_end(self, error: Exception) -> bool:
        """Whether a value is only incomplete, as far as the window shows."""
        if not isinstance(error, json.JSONDecodeError) or len(self._text) - self._at > LONGEST_ROW:
            return False
        return error.msg.startswith("Unterminated") or error.pos >= len(self._text) - LOOK_BACK

    def _end_of_broken(self) -> int:
        """Where a broken value ends: with its own bracket, or where the next row begins."""
        while len(self._text) - self._at < LONGEST_ROW and not self._candidates() and self._more():
            pass
        if ends := self._candidates():
            self.astray = self.astray or self._is_page_after(min(ends))
            return min(ends)
        line = NEXT_LINE.search(self._text, self._at)
        if line:
            return line.start()
        self.torn = self._ended
        return len(self._text)

    def _is_page_after(self, end: int) -> bool:
        """Whether the end of a page has to lie before this one, since a page follows and not a row."""
        seam = SEAM.match(self._text, end - 1)
        return bool(seam) and self._key_at(self._text.index("{", end)) == self._first_of_page != self._first_key

    def _candidates(self) -> list[int]:
        bracket, seam = self._own_bracket(), self._next_seam()
        return [end for end in (bracket, seam) if end]

    def _own_bracket(self) -> int:
        """Where the brackets of a value are closed again, 0 where they do not match."""
        open_: list[str] = []
        for token in TOKEN.finditer(self._text, self._at):
            if token[0] in CLOSING:
                open_.append(token[0])
            elif token[0] in "]}" and (not open_ or CLOSING[open_.pop()] != token[0]):
                return 0
            if not open_:
                return token.end() if AFTER.match(self._text, token.end()) else 0
        return 0

    def _next_seam(self) -> int:
        """Where another object begins that reads like the rows before this one; 0 if none does."""
        first_key = self._first_key or self._key_at(self._at)
        for seam in SEAM.finditer(self._text, self._at):
            begins = self._text.index("{", seam.end())
            key = self._key_at(begins)
            if first_key and key not in (first_key, self._first_of_page or first_key):
                continue
            try:
                SCAN(self._text, begins)
            except json.JSONDecodeError as error:
                if not self._could_end(error):
                    continue
            except RecursionError:
                continue
            return seam.end()
        return 0

    def _remember(self) -> None:
        if not self._first_key and self._text[self._at] == "{":
            self._first_key = self._key_at(self._at)

    def _key_at(self, at: int) -> str:
        found = KEY.match(self._text, at)
        return found[1] if found else ""

    def _more(self) -> bool:
        """Read on: at least as much as there is, so that a long row is not read again block by block."""
        if self._ended:
            return False
        kept = self._text[self._at :]
        parts, size = [kept], 0
        while size <= len(kept) and not self._ended:
            block = next(self._blocks, b"")
            self._ended = not block
            parts.append(self._decode(block, final=self._ended))
            size += len(parts[-1])
        self._text, self._at, self._is_new = "".join(parts), 0, True
        return size > 0
