"""The names of countries. Services also say towns and regions where an artist is from: those are no row of a chart."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from linernotes.reports.page.questions import Share


class Countries(NamedTuple):
    """The plays by country, the most played first, and those from places that are not countries."""

    known: list[Share]
    elsewhere: int
    unknown: int


def country(name: str) -> str | None:
    """The country of that name, code or other spelling; None for towns and regions."""
    return _names().get(name.strip().casefold())


def by_country(shares: Sequence[Share]) -> Countries:
    """Shares with the plays of each country under one name."""
    found: dict[str, Share] = {}
    elsewhere = unknown = 0
    for share in shares:
        name = country(share["name"]) if share["name"] else None
        if share["name"] is None:
            unknown += share["plays"]
        elif name is None:
            elsewhere += share["plays"]
        elif name in found:
            found[name]["plays"] += share["plays"]
            found[name]["artists"] += share["artists"]
        else:
            found[name] = {**share, "name": name}
    return Countries(sorted(found.values(), key=lambda share: -share["plays"]), elsewhere, unknown)


@cache
def _names() -> dict[str, str]:
    text = files("linernotes.reports.page").joinpath("countries.txt").read_text(encoding="utf-8")
    lines = [line.split("|") for line in text.splitlines() if line]
    return {spelling.casefold(): line[0] for line in lines for spelling in line}
