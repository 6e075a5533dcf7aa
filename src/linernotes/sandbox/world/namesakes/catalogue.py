"""The catalogue of a world of namesakes."""

from collections.abc import Iterator

from linernotes.sandbox.world.base62 import Numbering
from linernotes.sandbox.world.catalogue import Artist
from linernotes.sandbox.world.names import vocabulary
from linernotes.sandbox.world.namesakes.cast import Part, cast
from linernotes.sandbox.world.seeded import SeededRandom

MARK = 10_000
"""Every number that a service tells of an artist shows whose it is: the artist's number plus 1 comes before its last
four digits."""


class Namesakes:
    """About ``size`` artists; ``namesakes`` is the share that has no name of its own, ``errors`` the share of traps."""

    def __init__(self, seed: int = 1, size: int = 600, namesakes: float = 0.3, errors: float = 0.5) -> None:
        self.seed = seed
        self.parts = cast(seed, size, namesakes, errors)
        self._numbering = Numbering(seed, len(self.parts))

    def __len__(self) -> int:
        """The number of ids, those of strangers among them."""
        return len(self.parts)

    @property
    def here(self) -> tuple[Part, ...]:
        """The artists that a library can have."""
        return tuple(part for part in self.parts if not part.stranger)

    def part(self, artist_id: str) -> Part | None:
        """The part with this Spotify id, if any."""
        index = self.index_of(artist_id)
        return None if index is None else self.parts[index]

    def artist(self, artist_id: str) -> Artist | None:
        """The artist with this id; None if it is unknown."""
        part = self.part(artist_id)
        return self._portrait(part) if part else None

    def credit(self, artist_id: str) -> str:
        """The name on the sleeve, which is an earlier one for some; '' if the id is unknown."""
        part = self.part(artist_id)
        return (part.former or part.name) if part else ""

    def id_at(self, index: int) -> str:
        """The id of the artist with this number, from 0."""
        return self._numbering.id_at(index)

    def index_of(self, artist_id: str) -> int | None:
        """The number of the artist with this id, None if it is unknown."""
        return self._numbering.index_of(artist_id)

    def ids(self) -> Iterator[str]:
        """Every id, in order."""
        return map(self.id_at, range(len(self)))

    def _portrait(self, part: Part) -> Artist:
        chance = SeededRandom(self.seed, "portrait", part.number)
        genres = chance.some(2, chance.pick(vocabulary().families).genres)
        return Artist(self.id_at(part.number), part.name, genres, marked(part, chance), chance.below(101))


def marked(part: Part, chance: SeededRandom) -> int:
    """A number that shows whose it is."""
    return (part.number + 1) * MARK + chance.below(MARK)
