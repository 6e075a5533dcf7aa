"""Invented people with accounts at Last.fm and ListenBrainz; what they play reaches both."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from linernotes.sandbox.world.catalogue import Catalogue
from linernotes.sandbox.world.listening import Listener, Track
from linernotes.sandbox.world.seeded import SeededRandom

REGULAR, BEGINNER, NEWCOMER, HIDDEN = "regular", "beginner", "newcomer", "hidden"
"""Accounts with years of plays, with one play, with none, and one that is private at Last.fm."""

BEGAN = int(datetime(2016, 11, 21, tzinfo=UTC).timestamp())
PAUSE = 122_000
"""Seconds between two plays, on average."""

SHARED_SECOND = 40
"""After this many plays, two have the same second."""


@dataclass(frozen=True, slots=True)
class Scrobble:
    """A track, and the second since 1970 in which it began."""

    second: int
    track: Track


class Accounts:
    """The plays of each account until an instant, newest first; upper and lower case of names are the same."""

    def __init__(self, catalogue: Catalogue, now: datetime, seed: int) -> None:
        self._listener = Listener(catalogue, seed)
        self._until, self._seed = int(now.timestamp()), seed

    def of(self, name: str) -> tuple[Scrobble, ...] | None:
        """An account's plays; None for an unknown account."""
        known = {REGULAR: self._regular, BEGINNER: self._regular[-1:], NEWCOMER: (), HIDDEN: self._regular}
        return known.get(name.casefold())

    def playing(self, name: str) -> Track | None:
        """The track that the regular listener is playing now."""
        return self._heard(0) if name.casefold() == REGULAR else None

    @cached_property
    def _regular(self) -> tuple[Scrobble, ...]:
        numbers = range(1, max(0, self._until - BEGAN) // PAUSE)
        return tuple(Scrobble(self._second(number), self._heard(number)) for number in reversed(numbers))

    def _second(self, number: int) -> int:
        number -= number % SHARED_SECOND == 1 and number > 1
        return BEGAN + number * PAUSE + SeededRandom(self._seed, "second", number).below(PAUSE // 2)

    def _heard(self, number: int) -> Track:
        return self._listener.play("scrobbled", number, datetime.fromtimestamp(BEGAN, UTC)).track
