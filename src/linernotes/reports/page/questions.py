"""What a page about listening asks: one statement a question, each over plays that it has added up first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

from linernotes.reports.page.history import FoundIn, GenreMonth, GenrePart, Variety, history_of
from linernotes.reports.period import Period
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # a play before is the mistake of a clock: there was no file to play


class Totals(TypedDict):
    """A period in numbers, beside the span before it; misdated plays are those of 1970 and of the future."""

    plays: int
    playsBefore: int
    tracks: int
    timedPlays: int
    msPlayed: int | None
    misdatedPlays: int
    firstAt: datetime | None
    lastAt: datetime | None
    artists: int
    newArtists: int


class Hour(TypedDict):
    """The plays of an hour of a weekday, from 0 for Sunday, in a month."""

    year: int
    month: int
    weekday: int
    hour: int
    plays: int
    timedPlays: int
    msPlayed: int | None


class PlayedArtist(TypedDict):
    """An artist with its plays and place in the period and in the span before it."""

    artistId: str
    artistName: str | None
    plays: int
    playsBefore: int
    place: int
    placeBefore: int


class Share(TypedDict):
    """The plays of a country, label, audience or decade; without a name, those for which it is unknown."""

    kind: str
    name: str | None
    plays: int
    artists: int
    topArtist: str | None
    place: int


class Rarest(TypedDict):
    """The artist with the fewest listeners elsewhere."""

    artistId: str
    artistName: str | None
    plays: int
    listeners: int


class Comeback(TypedDict):
    """An artist that came back after a long time."""

    artistId: str
    artistName: str | None
    playsBefore: int
    plays: int
    leftAt: datetime
    backAt: datetime


class Neighbour(TypedDict):
    """An artist never played, and the two played artists that point there most."""

    similarName: str
    strength: float
    artists: int
    firstArtist: str | None
    secondArtist: str | None


class Teller(TypedDict):
    """A provider of the values behind a figure."""

    field: str
    provider: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, the instant at which the span before it begins, now, and what to leave out."""

    period: Period
    before: datetime
    now: datetime
    zone_name: str
    hidden: tuple[str, ...] = ()
    shown: int = 10

    @property
    def values(self) -> dict[str, Any]:
        """What the statements are asked with."""
        return {
            "since": max(self.period.since, EARLIEST),
            "until": min(self.period.until, self.now),
            "before": self.before,
            "now": self.now,
            "earliest": EARLIEST,
            "zone": self.zone_name,
            "hidden": list(self.hidden) or [""],
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a page about listening is made of; ``monthly`` says how far apart the columns of years are."""

    totals: Totals
    hours: list[Hour]
    artists: list[PlayedArtist]
    shares: dict[str, list[Share]]
    rarest: dict[str, Rarest]
    genres: list[GenrePart]
    arrivals: list[GenreMonth]
    discoveries: list[FoundIn]
    comebacks: list[Comeback]
    neighbours: list[Neighbour]
    variety: list[Variety]
    sources: dict[str, tuple[str, ...]]


def totals_of(warehouse: Warehouse, asked: Asked) -> Totals:
    """A period in numbers, and the span of the whole history."""
    (totals,) = rows_of(Totals, warehouse, "page_totals", **asked.values)
    return totals


def answers(warehouse: Warehouse, asked: Asked, totals: Totals, *, monthly: bool, few_months: bool) -> Answers:
    """Ask all questions; genres go by month if ``monthly``, variety if ``few_months``."""
    given, shown = asked.values, asked.shown
    shares: dict[str, list[Share]] = {}
    for share in rows_of(Share, warehouse, "page_shares", **given, shown=300):
        shares.setdefault(share["kind"], []).append(share)
    sources: dict[str, tuple[str, ...]] = {}
    for told in sorted(rows_of(Teller, warehouse, "page_sources", **given), key=lambda told: told["provider"]):
        sources[told["field"]] = (*sources.get(told["field"], ()), told["provider"])
    rarest = {
        metric: found[0]
        for metric in ("lastfmListeners", "listenerCount")
        if (found := rows_of(Rarest, warehouse, "page_rarest", **given, metric=metric, fewest=5))
    }
    history = history_of(warehouse, given, monthly=monthly, few_months=few_months)
    return Answers(
        totals=totals,
        hours=rows_of(Hour, warehouse, "page_hours", **given),
        artists=rows_of(PlayedArtist, warehouse, "page_artists", **given, shown=max(shown, 40)),
        shares=shares,
        rarest=rarest,
        genres=history.genres,
        arrivals=history.arrivals,
        discoveries=history.discoveries,
        comebacks=rows_of(Comeback, warehouse, "page_comebacks", **given, fewest=3, shown=5),
        neighbours=rows_of(Neighbour, warehouse, "page_neighbours", **given, shown=shown),
        variety=history.variety,
        sources=sources,
    )
