"""Text in the encodings of spreadsheets, turned into UTF-8 block by block: UTF-8, UTF-16 and Windows-1252."""

import codecs
import re

UTF_8, UTF_16_LE, UTF_16_BE, WINDOWS = "utf-8", "utf-16-le", "utf-16-be", "windows-1252"
MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: UTF_16_LE, codecs.BOM_UTF16_BE: UTF_16_BE}
SAMPLE = 4096
# What may follow the first byte of a character of two, three or four bytes in UTF-8.
WHOLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
HIGH = re.compile(rb"[\x80-\xff]")


class Recoder:
    """Turns the blocks of one text into UTF-8; ``encoding`` is what they are in, as far as they show it."""

    def __init__(self) -> None:
        self.encoding = ""
        self._decode: codecs.IncrementalDecoder | None = None

    def utf8(self, block: bytes) -> bytes:
        """The next block as UTF-8; invalid bytes of UTF-8 stay as they are and spoil their own row."""
        if not self.encoding:
            block = self._begin(block)
        if self.encoding == "ascii" and not block.isascii():
            self._set(UTF_8 if _is_utf8(block) else WINDOWS)
        if not self._decode:
            return block
        return self._decode.decode(block, final=not block).encode("utf-8", "replace")

    def _begin(self, block: bytes) -> bytes:
        for mark, encoding in MARKS.items():
            if block.startswith(mark):
                self._set(encoding)
                return block[len(mark) :]
        self._set(_utf16(block[:SAMPLE]) or "ascii")
        return block

    def _set(self, encoding: str) -> None:
        self.encoding = encoding
        if encoding not in (UTF_8, "ascii"):
            self._decode = codecs.getincrementaldecoder(encoding)("replace")


def _is_utf8(block: bytes) -> bool:
    """Whether most of the characters that are not ASCII are those of UTF-8, which a cut or a slip may spoil."""
    whole = WHOLE.findall(block)
    return 2 * sum(map(len, whole)) >= len(HIGH.findall(block))


def _utf16(sample: bytes) -> str:
    """UTF-16 without a mark: every other byte of western text is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 4 or max(even, odd) < 0.4 * half or min(even, odd) > 0.1 * half:
        return ""
    return UTF_16_BE if even > odd else UTF_16_LE
