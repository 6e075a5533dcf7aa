"""The page about what a person listened to: a year, or any other span of days."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from linernotes.core.errors import ConfigurationError
from linernotes.core.text import many
from linernotes.core.zones import machine_zone
from linernotes.reports.artist_lookup import known_artist
from linernotes.reports.page import enriched_figures as enriched
from linernotes.reports.page import genre_figures as genres
from linernotes.reports.page import played_figures as played
from linernotes.reports.page.drawing import named
from linernotes.reports.page.figure import Figure, percent
from linernotes.reports.page.genres import OTHER
from linernotes.reports.page.months import FULL, Span, month_of
from linernotes.reports.page.page import Page, Tile, sources_of
from linernotes.reports.page.questions import Answers, Asked, Totals, answers, totals_of
from linernotes.reports.period import FIRST_DAY, Period, Zone, zone_of
from linernotes.storage.workspace import Workspace

FEWEST_PLAYS, FEWEST_ARTISTS = 30, 5  # with fewer nothing but the list of artists is worth drawing
FEW_MONTHS = 48
ONE_DAY = timedelta(days=1)
NO_PLAYS = "there are no plays in the tables yet"
IMPORT = "to add some: linernotes import plays FILE, then linernotes run"


def page_zone(name: str) -> Zone:
    """The zone of that name, or the one that this machine is set to under the name that engines know."""
    return zone_of(name or machine_zone())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wishes of the page: a name for it, artists per list, artists to leave out.

    A ``private`` page also has days.
    """

    owner: str = ""
    shown: int = 10
    hidden: Collection[str] = ()
    private: bool = False


def listening_page(workspace: Workspace, period: Period | None, zone: Zone, wishes: Wishes = Wishes()) -> Page:
    """The page about a period; without one, about this year, else about the last year with plays.

    Raises:
        ConfigurationError: there are no plays, none in the period, or an artist to hide is not known.
    """
    warehouse = workspace.warehouse
    now = workspace.clock.now()
    ids = tuple(known_artist(warehouse, given, adds=False).id for given in wishes.hidden)
    asked = _asked(period or _year(zone, zone.day(now).year), zone, now, ids, wishes.shown)
    totals = totals_of(warehouse, asked)
    if not totals["firstAt"] or not totals["lastAt"]:
        raise ConfigurationError(f"report listening: {NO_PLAYS}", IMPORT)
    first, last = zone.day(totals["firstAt"]), zone.day(totals["lastAt"])
    if not totals["plays"] and period is None:
        asked = _asked(_year(zone, last.year), zone, now, ids, wishes.shown)
        totals = totals_of(warehouse, asked)
    if not totals["plays"]:
        span = f"the history runs from {first} to {last}"
        raise ConfigurationError(f"report listening: no plays in {asked.period}; {span}", "choose other days")
    return _page(workspace, asked, totals, wishes)


def _page(workspace: Workspace, asked: Asked, totals: Totals, wishes: Wishes) -> Page:
    zone, today = asked.period.zone, asked.period.zone.day(asked.now)
    first, last = zone.day(totals["firstAt"] or asked.now), zone.day(totals["lastAt"] or asked.now)
    begin, end = max(asked.period.first or FIRST_DAY, first), min(asked.period.last or last, last)
    period, history = Span(month_of(begin), month_of(end)), Span(month_of(first), month_of(end))
    enough = totals["plays"] >= FEWEST_PLAYS and totals["artists"] >= FEWEST_ARTISTS
    found = answers(workspace.warehouse, asked, totals, monthly=history.size < 12, few_months=_few_months(period))
    figures = _figures(found, asked, period, history, wishes) if enough else _few(found, asked)
    providers = workspace.settings.configs.providers
    page = Page(
        title=_title(asked.period, begin, end, today, wishes.owner),
        lead=_lead(found, wishes.owner),
        tiles=_tiles(totals, asked, first),
        figures=figures,
        sources=sources_of(figures, providers),
        footnotes=_footnotes(totals, enough=enough),
        made_on=today,
    )
    return replace(page, spine=_spine(found, history)) if enough else page


def _figures(found: Answers, asked: Asked, period: Span, history: Span, wishes: Wishes) -> list[Figure]:
    shares, sources = found.shares, found.sources
    whole = sum(share["plays"] for share in shares.get("decade", []))
    before = _before(asked, found.totals)
    told = [
        played.most_played(found.artists, asked.shown, before),
        genres.genres_over_time(found.genres, history, sources.get("genres", ())),
        genres.arrivals(found.arrivals, history, period, sources.get("genres", ())),
        played.by_the_clock(found.hours),
        played.by_month(found.hours, period) if len(period.months) > 1 else None,
        enriched.countries(shares.get("country", []), sources.get("country", ())),
        enriched.audience(shares, found.rarest, sources),
        *(
            enriched.decades(shares.get(kind, []), kind, whole, sources.get("decade", ()))
            for kind in ("Person", "Group")
        ),
        played.how_new(found.discoveries, history.last // 12),
        played.came_back(found.comebacks, dated=wishes.private),
        enriched.labels(shares.get("label", []), sources.get("label", ())),
        enriched.not_heard_yet(found.neighbours, sources.get("neighbours", ())),
        played.how_broad(found.variety, replace(period, grain=1 if _few_months(period) else 12)),
    ]
    return [figure for figure in told if figure is not None]


def _few(found: Answers, asked: Asked) -> list[Figure]:
    return [played.most_played(found.artists, asked.shown, "")] if found.artists else []


def _few_months(period: Span) -> bool:
    return len(period.months) <= FEW_MONTHS


def _asked(period: Period, zone: Zone, now: datetime, hidden: tuple[str, ...], shown: int) -> Asked:
    """What to ask about a period; the span before is as long, or the year before."""
    before = period.since
    if period.first and period.last:
        is_year = str(period) == str(period.first.year)
        days = period.last - period.first
        first = date(period.first.year - 1, 1, 1) if is_year else period.first - days - ONE_DAY
        before = zone.beginning(first)
    return Asked(period, before, now, zone.name, hidden, shown)


def _year(zone: Zone, year: int) -> Period:
    return Period(zone, date(year, 1, 1), date(year, 12, 31))


def _before(asked: Asked, totals: Totals) -> str:
    """The name of the span before, if it lies within the history and has plays; what it lacks is no fall."""
    if not totals["playsBefore"] or totals["firstAt"] is None or not asked.period.first:
        return ""
    is_year = str(asked.period) == str(asked.period.first.year)
    return str(asked.period.first.year - 1) if is_year else "the same time before"


def _title(period: Period, begin: date, end: date, today: date, owner: str) -> str:
    whose = f"{_possessive(named(owner))} " if owner.strip() else ""
    if period.first and str(period) == str(period.first.year):
        so_far = " so far" if period.first.year == today.year and today <= date(today.year, 12, 30) else ""
        return f"{whose}{period}{so_far}" if whose else f"Your {period}{so_far}"
    years = str(begin.year) if begin.year == end.year else f"{begin.year} to {end.year}"
    days = f"{_day(period.first)} to {_day(period.last)}" if period.first and period.last else years
    return f"{whose}music, {days}" if whose else f"Your music, {days}"


def _lead(found: Answers, owner: str) -> str:
    totals, first = found.totals, found.artists[0] if found.artists else None
    who = named(owner) or "You"
    hours = f"{round((totals['msPlayed'] or 0) / played.MS_PER_HOUR):,} hours of " if totals["timedPlays"] else ""
    most = f", {played.name_of(first)} more than any other" if first else ""
    artists = many(totals["artists"], "artist")
    return f"{who} pressed play {many(totals['plays'], 'time')}: {hours}music by {artists}{most}."


def _tiles(totals: Totals, asked: Asked, first: date) -> list[Tile]:
    tiles = [Tile(f"{totals['plays']:,}", "plays")]
    if totals["timedPlays"]:
        known = percent(totals["timedPlays"], totals["plays"])
        note = "" if totals["timedPlays"] == totals["plays"] else f"of the {known} of plays whose length is known"
        tiles.append(Tile(f"{round((totals['msPlayed'] or 0) / played.MS_PER_HOUR):,}", "hours", note))
    tiles += [Tile(f"{totals['artists']:,}", "artists"), Tile(f"{totals['tracks']:,}", "tracks")]
    if asked.period.first and first < asked.period.first:
        tiles.append(Tile(f"{totals['newArtists']:,}", "new artists", "never played before"))
    return tiles


def _footnotes(totals: Totals, *, enough: bool) -> list[str]:
    notes = ["Only plays that count as listening are here: skipped tracks and private sessions are left out."]
    if not enough:
        few = f"With fewer than {FEWEST_PLAYS} plays or {FEWEST_ARTISTS} artists there is no more to draw."
        notes.insert(0, few)
    if totals["misdatedPlays"]:
        wrong = many(totals["misdatedPlays"], "play")
        notes.append(
            f"{wrong} with a date before 1990 or in the future {'is' if wrong.startswith('1 ') else 'are'} left out."
        )
    notes.append("All days are those of one place, also where the music was played elsewhere.")
    return notes


def _spine(found: Answers, history: Span) -> list[tuple[str, float]]:
    """The shares of the families of genres, for the edge of the page."""
    families = genres.families(found.genres, history)
    named_families = [name for name in families.names if name not in {OTHER, genres.UNKNOWN}]
    whole = sum(sum(families.values[name]) for name in named_families)
    return [(f"c{place}", 100 * sum(families.values[name]) / whole) for place, name in enumerate(named_families, 1)]


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _day(day: date) -> str:
    return f"{day.day} {FULL[day.month - 1]} {day.year}"
