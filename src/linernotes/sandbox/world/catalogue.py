"""The catalogue of artists that the imitated services know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an artist."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as a service returns it.

    ``id`` differs from the requested id if two artists were merged; unknown numbers are None.
    """

    id: str
    name: str
    genres: tuple[str, ...] = ()
    followers: int | None = None
    popularity: int | None = None
    images: tuple[Image, ...] = ()


class Catalogue(Protocol):
    """The artists of a sandbox, in a fixed order."""

    def __len__(self) -> int:
        """The number of ids, including those of deleted artists."""

    def __hash__(self) -> int:
        """Make the catalogue a key, so that data derived from it can be cached."""

    def artist(self, artist_id: str) -> Artist | None:
        """The artist that is returned for an id; None if it is unknown or deleted."""

    def credit(self, artist_id: str) -> str:
        """The name on the sleeve, which stays there when the artist is deleted; '' if the id is unknown."""

    def id_at(self, index: int) -> str:
        """The id of the artist with this number, from 0."""

    def ids(self) -> Iterator[str]:
        """Every id, in order."""
