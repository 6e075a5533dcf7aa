"""Names for artists, tracks and albums, composed from words.yaml."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from linernotes.sandbox.world.seeded import SeededRandom

OWN_STYLE = 0.6
"""Share of the artists with a name that only suits their family of genres."""

STYLED = 0.06
"""Share of the artists with an unusual spelling of their name."""

_STYLES: tuple[Callable[[str], str], ...] = (str.upper, str.lower, lambda name: f"{name}!", lambda name: f"«{name}»")


@dataclass(frozen=True, slots=True)
class Family:
    """Genres that go together, and the patterns of names that suit them."""

    genres: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The contents of words.yaml."""

    words: dict[str, tuple[str, ...]]
    families: tuple[Family, ...]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    albums: tuple[str, ...]
    lookalikes: tuple[tuple[str, ...], ...]


class _Drawn(dict[str, str]):
    """Replaces every {list} of a pattern by a random word of that list."""

    def __init__(self, chance: SeededRandom) -> None:
        super().__init__()
        self._chance = chance

    def __missing__(self, key: str) -> str:
        return self._chance.pick(vocabulary().words[key])


@cache
def vocabulary() -> Vocabulary:
    """Read words.yaml, once."""
    said: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("words.yaml").read_text("utf-8"))
    return Vocabulary(
        words={name: tuple(words) for name, words in said["words"].items()},
        families=tuple(Family(tuple(each["genres"]), tuple(each["names"])) for each in said["families"].values()),
        names=tuple(said["names"]),
        titles=tuple(said["titles"]),
        albums=tuple(said["albums"]),
        lookalikes=tuple(map(tuple, said["lookalikes"])),
    )


def artist_name(chance: SeededRandom, family: Family) -> str:
    """A name for an artist of this family."""
    name = _composed(chance, family.names if chance.happens(OWN_STYLE) else vocabulary().names)
    return chance.pick(_STYLES)(name) if chance.happens(STYLED) else name


def track_title(chance: SeededRandom) -> str:
    """A title for a track."""
    return _composed(chance, vocabulary().titles)


def album_title(chance: SeededRandom) -> str:
    """A title for an album."""
    return _composed(chance, vocabulary().albums)


def _composed(chance: SeededRandom, patterns: tuple[str, ...]) -> str:
    return chance.pick(patterns).format_map(_Drawn(chance))
