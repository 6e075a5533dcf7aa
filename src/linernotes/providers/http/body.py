"""The body of a response as clean JSON in UTF-8, so that whatever is built from it can be stored.

The bytes decide on the encoding: a byte order mark, then UTF-8, which JSON has to be in; a declared encoding counts
only for bytes that are not UTF-8. Letters are never guessed. Half a surrogate pair, which JSON can write and UTF-8
cannot, becomes U+FFFD. Nesting and numbers have limits, because a parser's own end in exceptions at places nobody
expects.
"""

import codecs
import json
import re
from math import isinf
from typing import Any

from requests.utils import guess_json_utf

MOST_LEVELS = 100
LONGEST_NUMBER = 400  # characters; Python itself refuses integers of more than 4,300 digits
INT64 = (-(2**63), 2**63 - 1)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# Encodings in which every byte, or pair of bytes, is a letter; Python has others that are none of text.
ONE_OF_TEXT = re.compile(r"(iso-?)?8859-?\d+|latin-?\d+|(windows|cp)-?\d+|koi8-[ru]|gb\w+|big5|euc-\w+|shift_?jis")
CONTROLS = re.compile("[\x80-\x9f]")  # what Latin-1 makes of bytes that are not Latin-1
HALF = re.compile(r"\\[uU][dD][89a-fA-F]|[\ud800-\udfff]")
# An escaped pair, an escaped half, or any other escape: read one by one, so that \\ud83d is a backslash and letters.
ESCAPE = re.compile(r"\\(?:(u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|(u[dD][89a-fA-F]\w\w)|.)", re.DOTALL)


def clean_body(body: bytes, content_type: str, *, good: bool) -> bytes:
    """The same JSON in UTF-8, changed only where it could not be stored; empty if it cannot be read.

    A text that is not JSON, such as the words of an error, is returned in UTF-8. In a ``good`` response nothing is
    replaced by way of guessing; of an error only its words are of interest.
    """
    text = _decoded(body, content_type)
    if text is None:
        return b"" if good else body.decode("utf-8", "replace").encode()
    text = _without_halves(text)
    reader = _Reader()
    try:
        value = json.loads(text, parse_int=reader.integer, parse_float=reader.real, parse_constant=reader.constant)
    except json.JSONDecodeError:
        return text.encode()
    except (ValueError, RecursionError):
        return b""
    if _is_too_deep(value):
        return b""
    return json.dumps(value, ensure_ascii=False).encode() if reader.changed else text.encode()


def _decoded(body: bytes, content_type: str) -> str | None:
    for encoding in _encodings(body, content_type):
        try:
            text = body.decode(encoding, "surrogatepass" if encoding.startswith("utf-8") else "strict")
        except (UnicodeError, LookupError):
            continue
        if encoding.startswith("utf") or not CONTROLS.search(text):
            return text
    return None


def _encodings(body: bytes, content_type: str) -> tuple[str, ...]:
    if marked := next((encoding for mark, encoding in MARKS if body.startswith(mark)), None):
        return (marked,)
    if b"\0" in body[:4]:
        return (_utf_of(body),)
    declared = CHARSET.search(content_type)
    name = declared[1].lower() if declared else ""
    return ("utf-8", name) if ONE_OF_TEXT.fullmatch(name) else ("utf-8",)


def _utf_of(body: bytes) -> str:
    """The encoding of JSON with NULs in it, by where those are: RFC 4627, section 3."""
    guessed: str | None = guess_json_utf(body)  # type: ignore[no-untyped-call]
    return guessed or "utf-8"


def _without_halves(text: str) -> str:
    if not HALF.search(text):
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return ESCAPE.sub(lambda escape: "\\ufffd" if escape[2] else escape[0], whole)


class _Reader:
    """Reads numbers as they can be stored; ``changed`` says whether one of them is not what was sent."""

    def __init__(self) -> None:
        self.changed = False

    def integer(self, digits: str) -> Any:
        """An integer, or from 64 bits on the number that JavaScript reads, too."""
        if len(digits) > LONGEST_NUMBER:
            raise ValueError("a number without end")
        number = int(digits)
        if INT64[0] <= number <= INT64[1]:
            return number
        return self._changed(self.real(digits))

    def real(self, digits: str) -> Any:
        """A number, or None for one that is too large."""
        if len(digits) > LONGEST_NUMBER:
            raise ValueError("a number without end")
        number = float(digits)
        return self._changed(None) if isinf(number) else number

    def constant(self, _name: str) -> None:
        """NaN and Infinity are not JSON, and not numbers either."""
        self._changed(None)

    def _changed(self, value: Any) -> Any:
        self.changed = True
        return value


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [inner for each in level for inner in _inner(each) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inner(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
