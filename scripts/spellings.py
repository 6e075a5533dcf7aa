"""Seeds of folded names, so that the models compare keys with keys: genres, and credits of no one artist."""

import csv
import io
from collections.abc import Iterable, Iterator

import yaml

from linernotes.core.names import name_key


def genres(tree: str, aliases: str) -> str:
    """Every spelling of a genre, from the tables of genres and of their other names."""
    told = [*((row["genre"], row["genre"]) for row in _rows(tree)), *((r["tag"], r["genre"]) for r in _rows(aliases))]
    spelt: dict[str, str] = {}
    for name, genre in told:
        if spelt.setdefault(name_key(name), genre) != genre:
            raise ValueError(f"{name!r} is spelt like {spelt[name_key(name)]!r}, but means {genre!r}")
    return _csv(("spelling", "genre"), sorted(spelt.items()))


def names_of_many(listed: str) -> str:
    """The keys of the names that stand for many artists, or for an unknown one."""
    names = (name for group in yaml.safe_load(listed).values() for name in group)
    return _csv(("nameKey",), sorted({(name_key(name),) for name in names}))


def _rows(text: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(text)))


def _csv(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([head, *rows])
    return written.getvalue()
