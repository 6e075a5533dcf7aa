"""Reproducible random numbers: every draw depends on its label alone, on any Python."""

import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Thing = TypeVar("Thing")


class SeededRandom:
    """An endless series of draws for one label, such as (seed, "artist", 12)."""

    __slots__ = ("_block", "_label", "_left")

    def __init__(self, *label: str | int) -> None:
        self._label = "/".join(map(str, label)).encode()
        self._block = 0
        self._left: list[int] = []

    def bits(self) -> int:
        """Draw a whole number of 32 bits."""
        if not self._left:
            # random.Random would cost three times as much to seed, and its choices differ between Python versions.
            digest = blake2b(self._label, digest_size=64, salt=self._block.to_bytes(8, "big")).digest()
            self._left = list(struct.unpack("<16I", digest))
            self._block += 1
        return self._left.pop()

    def share(self) -> float:
        """Draw a number from 0 up to, not including, 1."""
        return self.bits() / 2**32

    def happens(self, rate: float) -> bool:
        """Whether an event of this rate (0 never, 1 always) happens."""
        return self.share() < rate

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 up to, not including, ``limit``."""
        return self.bits() * limit >> 32

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Draw one of several things."""
        return things[self.below(len(things))]

    def some(self, count: int, things: Sequence[Thing]) -> tuple[Thing, ...]:
        """Draw ``count`` different things, all of them if there are fewer."""
        left = list(things)
        return tuple(left.pop(self.below(len(left))) for _ in range(min(count, len(left))))

    def normal(self) -> float:
        """Draw from the bell curve (mean 0, deviation 1, never beyond 6), by adding up twelve shares."""
        return sum(self.share() for _ in range(12)) - 6

    def hex(self, digits: int) -> str:
        """Draw a lower-case hexadecimal name with this number of digits."""
        return "".join(f"{self.bits():08x}" for _ in range(-(-digits // 8)))[:digits]
