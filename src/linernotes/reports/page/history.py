"""The history by months and years: four of a page's questions, whose plays are added up once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

MOST_GENRES = 40  # whose arrivals are looked for


class GenrePart(TypedDict):
    """The plays of a genre in a year or month, and the artist that brought most of them."""

    year: int
    month: int
    genre: str | None
    plays: float
    topArtist: str | None
    topPlays: float


class GenreMonth(TypedDict):
    """The plays of a genre in a month."""

    genre: str
    year: int
    month: int
    plays: int
    topArtist: str | None


class FoundIn(TypedDict):
    """The plays of a year by artists first heard in another."""

    year: int
    foundIn: int
    plays: int
    artists: int


class Variety(TypedDict):
    """How broadly a month or year was listened to."""

    year: int
    month: int
    plays: int
    artists: int
    variety: float
    topPlays: int


class HistoryPart(TypedDict):
    """A row of any of these four kinds: genre, arrival, found, variety."""

    kind: str
    year: int
    month: int
    name: str | None
    foundIn: int
    plays: float
    artists: int
    topArtist: str | None
    topPlays: float
    variety: float


@dataclass(frozen=True, slots=True)
class History:
    """The answers to the four."""

    genres: list[GenrePart] = field(default_factory=list)
    arrivals: list[GenreMonth] = field(default_factory=list)
    discoveries: list[FoundIn] = field(default_factory=list)
    variety: list[Variety] = field(default_factory=list)


def history_of(warehouse: Warehouse, given: Mapping[str, Any], *, monthly: bool, few_months: bool) -> History:
    """Ask for all four; genres go by month if ``monthly``, variety if ``few_months``."""
    history = History()
    asked = {**given, "monthly": monthly, "few_months": few_months, "genres": MOST_GENRES}
    for row in rows_of(HistoryPart, warehouse, "page_history", **asked):
        year, month, name, artist = row["year"], row["month"], row["name"], row["topArtist"]
        plays, most = row["plays"], row["topPlays"]
        if row["kind"] == "genre":
            part: GenrePart = {
                "year": year, "month": month, "genre": name, "plays": plays, "topArtist": artist, "topPlays": most,
            }  # fmt: skip
            history.genres.append(part)
        elif row["kind"] == "arrival":
            history.arrivals.append(
                {"genre": name or "", "year": year, "month": month, "plays": int(plays), "topArtist": artist}
            )
        elif row["kind"] == "found":
            history.discoveries.append(
                {"year": year, "foundIn": row["foundIn"], "plays": int(plays), "artists": row["artists"]}
            )
        else:
            varied: Variety = {
                "year": year, "month": month, "plays": int(plays), "artists": row["artists"],
                "variety": row["variety"], "topPlays": int(most),
            }  # fmt: skip
            history.variety.append(varied)
    return history
