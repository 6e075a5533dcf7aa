"""Listening in numbers: the artists, tracks, genres and others played most, discoveries, and one artist's history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict

from linernotes.core.text import many
from linernotes.reports.artist_lookup import KnownArtist
from linernotes.reports.period import Period, Zone
from linernotes.reports.rows import Record, rows_of
from linernotes.storage.ports import Warehouse

Kind: TypeAlias = Literal["artists", "tracks", "albums", "genres", "countries", "labels"]
# The column of a name, that of an id if there is one, and the words for plays without one.
COLUMNS: dict[Kind, tuple[str, str | None, str]] = {
    "artists": ("artistName", "artistId", "belong to no known artist"),
    "tracks": ("trackName", "trackId", "are of no known track"),
    "albums": ("albumName", "albumId", "are not from a known album"),
    "genres": ("genre", None, "are of artists without a known genre"),
    "countries": ("country", None, "are of artists without a known country"),
    "labels": ("principalLabel", None, "are of artists without a known label"),
}
IDS = ("artistId", "trackId", "albumId")
WITH_ARTIST = ("tracks", "albums")
MS_PER_HOUR = 3_600_000
TRACKS_SHOWN = 10


class Played(TypedDict):
    """A thing and its plays in a period; the row without an id counts the plays that belong to none.

    The first and last play are those of the whole history.
    """

    id: str | None
    name: str | None
    artistName: str | None
    plays: int
    msPlayed: int | None
    firstAt: datetime
    lastAt: datetime


class PlayedTotal(TypedDict):
    """All plays of a period, how many of them have a known length, and the span of the whole history."""

    plays: int
    timedPlays: int
    msPlayed: int | None
    firstAt: datetime | None
    lastAt: datetime | None


class Discovery(TypedDict):
    """An artist first heard in a period, with all plays since; ``discovered`` counts the artists of the period."""

    artistId: str
    artistName: str | None
    plays: int
    msPlayed: int | None
    firstAt: datetime
    lastAt: datetime
    discovered: int


class SinceBeginning(TypedDict):
    """The plays of an artist since a beginning."""

    beginning: datetime
    plays: int
    timedPlays: int
    msPlayed: int
    firstAt: datetime
    lastAt: datetime


class ArtistTrack(TypedDict):
    """A track of an artist with its plays."""

    id: str
    name: str | None
    plays: int
    msPlayed: int | None
    firstAt: datetime
    lastAt: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to show, their title, and notes on what the rows leave out."""

    title: str
    rows: list[Record]
    notes: list[str]


def top(warehouse: Warehouse, kind: Kind, period: Period, shown: int = 20, *, by_hours: bool = False) -> Listing:
    """The things of a kind that were played most in a period, with plays, hours and share."""
    total = _total(warehouse, period)
    wanted = {"what": kind, "since": period.since, "until": period.until, "by_hours": by_hours, "shown": shown + 1}
    found = rows_of(Played, warehouse, "played", **wanted)
    known = [row for row in found if row["id"] is not None][:shown]
    whole = total["msPlayed"] if by_hours else total["plays"]
    rows = [_top_row(kind, rank, row, whole, period.zone, by_hours=by_hours) for rank, row in enumerate(known, 1)]
    without = next((row["plays"] for row in found if row["id"] is None), 0)
    notes = [*_without(kind, without, total), *_untimed(total), *_outside(total, period)]
    return Listing(f"top {kind}, {period}", rows, notes)


def discoveries(warehouse: Warehouse, zone: Zone, year: int | None = None, shown: int = 20) -> Listing:
    """The artists first heard in a year, by default the latest of the history, with their plays since."""
    everything = _total(warehouse, Period(zone))
    begins, ends = everything["firstAt"], everything["lastAt"]
    if not begins or not ends:
        return Listing("discoveries", [], _outside(everything, Period(zone)))
    chosen = year or zone.day(ends).year
    period = Period(zone, date(chosen, 1, 1), date(chosen, 12, 31))
    found = rows_of(Discovery, warehouse, "discoveries", since=period.since, until=period.until, shown=shown)
    rows = [_discovery(rank, row, zone) for rank, row in enumerate(found, 1)]
    number = found[0]["discovered"] if found else 0
    notes = [f"{many(number, 'artist')} first heard in {chosen}"] if found else _outside(everything, period)
    if zone.day(begins).year == chosen:
        notes.append(f"the history begins on {zone.day(begins)}: artists known before that count as discovered here")
    return Listing(f"discoveries, {chosen}", rows, notes)


@dataclass(frozen=True, slots=True)
class ArtistHistory:
    """How an artist was listened to: in all, by year, and its top tracks; ``plays`` is 0 if never."""

    artist: KnownArtist
    whole: Record
    years: list[Record]
    tracks: list[Record]

    @property
    def record(self) -> Record:
        """The history as one object."""
        ids = {"artistId": self.artist.id, "artistName": self.artist.name}
        return {**ids, **self.whole, "years": self.years, "topTracks": self.tracks}

    @property
    def rows(self) -> list[Record]:
        """The history as rows: the whole, then the years, then the tracks."""
        whole = {"part": "all", "name": self.artist.name, **self.whole}
        blank = dict.fromkeys(whole)
        years = [{**blank, "part": "year", "name": str(row["year"]), **_without_key(row, "year")} for row in self.years]
        tracks = [
            {**blank, "part": "track", **{key: row[key] for key in ("plays", "hours", "firstHeard", "lastHeard")}}
            | {"name": row["trackName"]}
            for row in self.tracks
        ]
        return [whole, *years, *tracks]


def artist_history(
    warehouse: Warehouse, artist: KnownArtist, period: Period, shown: int = TRACKS_SHOWN
) -> ArtistHistory:
    """The plays of an artist in a period: first and last, by year, and its top tracks."""
    zone, span = period.zone, {"artist": artist.id, "since": period.since, "until": period.until}
    years = _years(_total(warehouse, period), zone)
    beginnings = [zone.beginning(date(year, 1, 1)) for year in years]
    found = rows_of(SinceBeginning, warehouse, "artist_years", **span, beginnings=beginnings) if years else []
    tracks = rows_of(ArtistTrack, warehouse, "artist_tracks", **span, shown=shown) if found else []
    return ArtistHistory(
        artist,
        _whole(found, zone),
        list(_by_year(years, beginnings, found)),
        [{"trackName": row["name"], **_figures(row, zone), "trackId": row["id"]} for row in tracks],
    )


def _total(warehouse: Warehouse, period: Period) -> PlayedTotal:
    (total,) = rows_of(PlayedTotal, warehouse, "played_total", since=period.since, until=period.until)
    return total


def _top_row(kind: Kind, rank: int, row: Played, whole: int | None, zone: Zone, *, by_hours: bool) -> Record:
    name, key, _ = COLUMNS[kind]
    part = row["msPlayed"] if by_hours else row["plays"]
    artist = {"artistName": row["artistName"]} if kind in WITH_ARTIST else {}
    share = round(100 * part / whole, 2) if part is not None and whole else None
    figures = _figures(row, zone)
    counts = {"plays": figures.pop("plays"), "hours": figures.pop("hours"), "sharePct": share}
    return {"rank": rank, name: row["name"], **artist, **counts, **figures, **({key: row["id"]} if key else {})}


def _discovery(rank: int, row: Discovery, zone: Zone) -> Record:
    return {"rank": rank, "artistName": row["artistName"], **_figures(row, zone), "artistId": row["artistId"]}


def _figures(row: Played | Discovery | ArtistTrack, zone: Zone) -> dict[str, Any]:
    return {
        "plays": row["plays"],
        "hours": _hours(row["msPlayed"]),
        "firstHeard": zone.day(row["firstAt"]),
        "lastHeard": zone.day(row["lastAt"]),
    }


def _hours(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / MS_PER_HOUR, 2)


def _without(kind: Kind, plays: int, total: PlayedTotal) -> list[str]:
    return [f"{plays:,} of {many(total['plays'], 'play')} {COLUMNS[kind][2]}"] if plays else []


def _untimed(total: PlayedTotal) -> list[str]:
    unknown = total["plays"] - total["timedPlays"]
    return (
        [f"hours leave out {unknown:,} of {many(total['plays'], 'play')}, whose length is unknown"] if unknown else []
    )


def _outside(total: PlayedTotal, period: Period) -> list[str]:
    """A note on a period without plays: the span of the history, or how to import one."""
    if total["firstAt"] is None or total["lastAt"] is None:
        return ["no plays are in the tables; to add some: linernotes import plays FILE, then linernotes run"]
    if total["plays"] and period.since <= total["lastAt"] and total["firstAt"] < period.until:
        return []
    return [
        f"no plays in {period}: the history runs from {period.zone.day(total['firstAt'])}"
        f" to {period.zone.day(total['lastAt'])}"
    ]


def _years(total: PlayedTotal, zone: Zone) -> list[int]:
    if total["firstAt"] is None or total["lastAt"] is None:
        return []
    return list(range(zone.day(total["firstAt"]).year, zone.day(total["lastAt"]).year + 1))


def _whole(found: Sequence[SinceBeginning], zone: Zone) -> Record:
    if not found:
        return {"plays": 0, "hours": None, "firstHeard": None, "lastHeard": None}
    first = found[0]
    return {
        "plays": first["plays"],
        "hours": _hours(first["msPlayed"] if first["timedPlays"] else None),
        "firstHeard": zone.day(first["firstAt"]),
        "lastHeard": zone.day(first["lastAt"]),
    }


def _by_year(years: Sequence[int], beginnings: Sequence[datetime], found: Sequence[SinceBeginning]) -> Iterator[Record]:
    """The plays of each year from the first one with plays: what came since its beginning and not since the next."""
    since = {row["beginning"]: row for row in found}
    for year, begins, ends in zip(years, beginnings, [*beginnings[1:], None], strict=True):
        if begins not in since:
            return  # nothing was played later either
        row, later = since[begins], since.get(ends) if ends else None
        plays = row["plays"] - (later["plays"] if later else 0)
        timed = row["timedPlays"] - (later["timedPlays"] if later else 0)
        played = row["msPlayed"] - (later["msPlayed"] if later else 0)
        if plays or row["plays"] < found[0]["plays"]:
            yield {"year": year, "plays": plays, "hours": _hours(played) if timed or not plays else None}


def _without_key(row: Record, key: str) -> Record:
    return {name: value for name, value in row.items() if name != key}
