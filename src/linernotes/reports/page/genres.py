"""The families of genres: each genre belongs to the root of its branch in the tree that the tables use."""

import csv
from functools import cache

from linernotes.config.settings import shipped_folder

OTHER = "other words"
DEPTH = 20  # far deeper than any branch; a tree that turns in a circle ends somewhere too


def family(genre: str) -> str:
    """The family of a genre; of words that are not in the tree, the last ones decide: uk pop is pop."""
    parents, words = _parents(), genre.casefold().split()
    for first in range(len(words)):
        name = " ".join(words[first:])
        if name in parents:
            return _root(name)
    return OTHER


@cache
def _root(genre: str) -> str:
    parents = _parents()
    for _ in range(DEPTH):
        if not parents.get(genre):
            break
        genre = parents[genre]
    return genre


@cache
def _parents() -> dict[str, str]:
    with (shipped_folder("dbt_dataplatform") / "seeds" / "genre_tree.csv").open(encoding="utf-8", newline="") as file:
        return {row["genre"]: row["parent"] for row in csv.DictReader(file)}
