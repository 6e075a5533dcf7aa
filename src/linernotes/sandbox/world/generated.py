"""A catalogue of any size that is computed, not stored."""

from collections.abc import Iterator
from math import exp, log10
from typing import Literal

from linernotes.sandbox.world.base62 import Numbering
from linernotes.sandbox.world.catalogue import Artist, Image
from linernotes.sandbox.world.facts import KNOWN
from linernotes.sandbox.world.names import artist_name, vocabulary
from linernotes.sandbox.world.seeded import SeededRandom

Fate = Literal["live", "deleted", "merged"]

MERGED = 0.002
"""Share of the ids for which another artist's id is returned."""

NO_GENRES = 0.01
_GENRE_COUNTS = (1, 1, 2, 2, 2, 3, 3, 4, 4, 5)
_MOST_FOLLOWERS = 120_000_000
_SIZES = (640, 320, 160)
_KNOWN = tuple(KNOWN)


class Generated:
    """Artists made up from (seed, number): the same seed makes the same artists, and none is held in memory.

    The few real artists are included but not counted: their numbers begin where the others end.
    """

    def __init__(self, seed: int = 1, size: int = 1_000_000, missing: float = 0.01) -> None:
        self.seed = seed
        self.missing = missing
        self._numbering = Numbering(seed, size)

    def __len__(self) -> int:
        """The number of ids, including those of deleted artists."""
        return self._numbering.size

    def artist(self, artist_id: str) -> Artist | None:
        """The artist that is returned for an id; None if it is unknown or deleted."""
        index = self.index_of(artist_id)
        if index is None or self.state(index) == "deleted":
            return None
        return self._portrait(self._canonical(index))

    def credit(self, artist_id: str) -> str:
        """The name on the sleeve, which stays there when the artist is deleted; '' if the id is unknown."""
        index = self.index_of(artist_id)
        return "" if index is None else self._portrait(self._canonical(index)).name

    def id_at(self, index: int) -> str:
        """The id of the artist with this number, from 0."""
        return _KNOWN[index - len(self)] if index >= len(self) else self._numbering.id_at(index)

    def index_of(self, artist_id: str) -> int | None:
        """The number of the artist with this id, None if it is unknown."""
        if artist_id in KNOWN:
            return len(self) + _KNOWN.index(artist_id)
        return self._numbering.index_of(artist_id)

    def ids(self) -> Iterator[str]:
        """Every id, in order."""
        return map(self.id_at, range(len(self)))

    def state(self, index: int) -> Fate:
        """The state of an artist: merged ones are returned under another id."""
        if index >= len(self):
            return "live"
        share = SeededRandom(self.seed, "fate", index).share()
        if share < self.missing:
            return "deleted"
        return "merged" if share < self.missing + MERGED else "live"

    def _canonical(self, index: int) -> int:
        """The artist that a merged one belongs to: the next existing one, whose id is not near."""
        if self.state(index) != "merged":
            return index
        others = ((index + step) % len(self) for step in range(1, len(self)))
        return next((other for other in others if self.state(other) == "live"), index)

    def _portrait(self, index: int) -> Artist:
        chance = SeededRandom(self.seed, "artist", index)
        family = chance.pick(vocabulary().families)
        followers, key = _followers(chance), self.id_at(index)
        real = KNOWN.get(key)
        return Artist(
            id=key,
            name=real.name if real else artist_name(chance, family),
            genres=real.genres if real else _genres(chance, family.genres),
            followers=followers,
            popularity=_popularity(chance, followers),
            images=_images(chance),
        )


def _followers(chance: SeededRandom) -> int:
    """A log-normal number of followers: half of all artists have fewer than 2,500, one in a thousand has millions."""
    return min(int(2500 * exp(2.6 * chance.normal())), _MOST_FOLLOWERS)


def _popularity(chance: SeededRandom, followers: int) -> int:
    """The popularity: about twelve points for every tenfold of followers."""
    return max(0, min(100, round(12 * log10(followers + 1) - 4 + 5 * chance.normal())))


def _genres(chance: SeededRandom, family: tuple[str, ...]) -> tuple[str, ...]:
    count = 0 if chance.happens(NO_GENRES) else chance.pick(_GENRE_COUNTS)
    return chance.some(count, family)


def _images(chance: SeededRandom) -> tuple[Image, ...]:
    plan = chance.share()
    sizes = () if plan < 0.04 else _SIZES[:1] if plan < 0.12 else _SIZES
    return tuple(Image(f"https://i.scdn.co/image/{chance.hex(40)}", size, size) for size in sizes)
