"""Spotify's ids: 128 bits written as 22 digits of base 62."""

import re
import string
from hashlib import blake2b

DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
LENGTH = 22
_WORTH = {digit: worth for worth, digit in enumerate(DIGITS)}
_WELL_FORMED = re.compile(rf"[0-9A-Za-z]{{{LENGTH}}}")
_HALF = 2**64
_ROUNDS = 4


def well_formed(text: str) -> bool:
    """Whether a text looks like an id, known or not."""
    return _WELL_FORMED.fullmatch(text) is not None


def encode(number: int) -> str:
    """Write a number of 128 bits as an id."""
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 62)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def decode(text: str) -> int:
    """The number of a well-formed id."""
    number = 0
    for digit in text:
        number = number * 62 + _WORTH[digit]
    return number


def new_id(*label: str | int) -> str:
    """The id of a thing that is never looked up again, such as a track or an album."""
    digest = blake2b("/".join(map(str, label)).encode(), digest_size=16).digest()
    return encode(int.from_bytes(digest, "big"))


class Numbering:
    """Gives the artists 0 to size - 1 ids that look random, and finds the number of an id without a table.

    A keyed Feistel network shuffles all 128-bit numbers. Only numbers whose upper half is zero belong to artists,
    so an invented id is unknown: one in 2**128 / size is not.
    """

    def __init__(self, seed: int, size: int) -> None:
        self._key = str(seed).encode()
        self.size = size

    def id_at(self, index: int) -> str:
        """The id of the artist with this number."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        left, right = 0, index
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._scrambled(turn, right)
        return encode(left * _HALF + right)

    def index_of(self, artist_id: str) -> int | None:
        """The number of the artist with this id, None if there is none."""
        if not well_formed(artist_id):
            return None
        left, right = divmod(decode(artist_id), _HALF)
        if left >= _HALF:
            return None
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._scrambled(turn, left), left
        return right if left == 0 and right < self.size else None

    def _scrambled(self, turn: int, half: int) -> int:
        digest = blake2b(half.to_bytes(8, "big"), digest_size=8, key=self._key, salt=bytes([turn])).digest()
        return int.from_bytes(digest, "big")
