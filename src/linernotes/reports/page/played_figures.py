"""Figures that any listening history has, whether or not its artists are enriched."""

from collections.abc import Sequence
from datetime import timedelta

from linernotes.core.text import many
from linernotes.reports.page.charts import DAYS, Bar, Series, bars, columns, heat, line
from linernotes.reports.page.drawing import named
from linernotes.reports.page.figure import Figure, Legend, Table, drawn, percent
from linernotes.reports.page.history import FoundIn, Variety
from linernotes.reports.page.months import Span, full_name, number_of, summed
from linernotes.reports.page.questions import Comeback, Hour, PlayedArtist

MS_PER_HOUR = 3_600_000
FULL_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
NIGHT_ENDS = 6
RISE = 3  # places; less is chance
DAYS_PER_MONTH, DAYS_PER_YEAR = 30.44, 365.25


def most_played(artists: Sequence[PlayedArtist], shown: int, before: str) -> Figure:
    """Ranked bars with the plays of the span before as marks, if there is one: ``before`` is its name."""
    listed = artists[:shown]
    first = listed[0]
    finding = f"{name_of(first)} leads with {many(first['plays'], 'play')}."
    risers = [artist for artist in listed if artist["playsBefore"] and artist["placeBefore"] - artist["place"] >= RISE]
    if before and risers:
        best = max(risers, key=lambda artist: artist["placeBefore"] - artist["place"])
        finding += f" {name_of(best)} rose most, from place {best['placeBefore']:,} to {best['place']}."
    items = [
        Bar(
            name_of(artist),
            artist["plays"],
            f"{artist['plays']:,}{_move(artist) if before else ''}",
            artist["playsBefore"] if before and artist["playsBefore"] else None,
        )
        for artist in listed
    ]
    headings = ("Artist", "Plays", f"Plays in {before}", "Place before") if before else ("Artist", "Plays")
    rows = [
        (name_of(artist), f"{artist['plays']:,}")
        + (
            (f"{artist['playsBefore']:,}", f"{artist['placeBefore']:,}" if artist["playsBefore"] else "new")
            if before
            else ()
        )
        for artist in listed
    ]
    legend = [Legend("c1", "plays"), Legend("tick", f"plays in {before}")] if before else []
    note = "A play counts for every artist that it is credited to."
    return Figure(
        "artists", "The artists you played most", finding, drawing=drawn(lambda width: bars(items, width)),
        table=Table(headings, rows), legend=legend, note=note,
    )  # fmt: skip


def by_the_clock(hours: Sequence[Hour]) -> Figure:
    """Weekdays by hours."""
    grid = [[0] * 24 for _ in DAYS]
    for hour in hours:
        grid[(hour["weekday"] + 6) % 7][hour["hour"]] += hour["plays"]
    whole = sum(map(sum, grid))
    day = max(range(7), key=lambda day: sum(grid[day]))
    clock = max(range(24), key=lambda hour: sum(row[hour] for row in grid))
    night = sum(sum(row[:NIGHT_ENDS]) for row in grid)
    finding = (
        f"{FULL_DAYS[day]} are your day for music and {clock}:00 is your hour; "
        f"{percent(night, whole)} of it plays between midnight and six in the morning."
    )
    rows = [(f"{hour}:00", *(f"{grid[day][hour]:,}" for day in range(7))) for hour in range(24)]
    legend = [Legend("h0", "no plays"), Legend("h1", "few"), Legend("h6", "most")]
    return Figure(
        "clock", "When you listen", finding, drawing=drawn(lambda width: heat(grid, width)),
        table=Table(("Hour", *DAYS), rows), legend=legend, note="Hours and days are those of your local time.",
    )  # fmt: skip


def by_month(hours: Sequence[Hour], span: Span) -> Figure:
    """Plays by month, quarter or year, and the hours as far as they are known."""
    months = [(number_of(hour["year"], hour["month"]), hour) for hour in hours]
    plays = summed(span, ((month, hour["plays"]) for month, hour in months))
    timed = summed(span, ((month, hour["timedPlays"]) for month, hour in months))
    lengths = summed(span, ((month, (hour["msPlayed"] or 0) / MS_PER_HOUR) for month, hour in months))
    best = max(range(len(plays)), key=lambda place: plays[place])
    when = full_name(span.starts[best]) if span.size == 1 else span.columns[best]
    finding = f"{when} was your fullest {UNITS[span.size]}, with {many(round(plays[best]), 'play')}"
    finding += f" and {round(lengths[best]):,} hours of music." if timed[best] else "."
    whole, known = sum(plays), sum(timed)
    unknown = "" if known >= whole else f"Hours add up the {percent(known, whole)} of plays whose length is known."
    series = [Series("plays", "c1", plays)]
    rows = [
        (label, f"{round(plays[place]):,}", f"{lengths[place]:,.1f}" if timed[place] else "unknown")
        for place, label in enumerate(span.columns)
    ]
    return Figure(
        "months", f"{UNITS[span.size].title()} by {UNITS[span.size]}", finding,
        drawing=drawn(lambda width: columns(span.columns, series, width)),
        table=Table((UNITS[span.size].title(), "Plays", "Hours"), rows), unknown=unknown,
    )  # fmt: skip


UNITS = {1: "month", 3: "quarter", 12: "year"}


def how_new(found: Sequence[FoundIn], last: int) -> Figure | None:
    """The plays of each year by when their artists were first heard; None for a history of one year."""
    years = sorted({row["year"] for row in found})
    if len(years) < 2:
        return None
    first = years[0]
    this = [sum(row["plays"] for row in found if row["year"] == year == row["foundIn"]) for year in years]
    before = [sum(row["plays"] for row in found if row["year"] == year == row["foundIn"] + 1) for year in years]
    older = [sum(row["plays"] for row in found if row["year"] == year > row["foundIn"] + 1) for year in years]
    new = {row["year"]: row["artists"] for row in found if row["year"] == row["foundIn"]}
    year = last if last in years and last > first else years[-1]
    place = years.index(year)
    part = percent(this[place], this[place] + before[place] + older[place])
    finding = f"{part} of your plays in {year} were by {many(new.get(year, 0), 'artist')} you had never played before."
    if not new.get(year):
        finding = f"All the artists you played in {year} were ones you had played before."
    series = [
        Series("first heard in that year", "c2", [0, *this[1:]]),
        Series("first heard in the year before", "c5", [0, before[1] if first == years[1] - 1 else 0, *before[2:]]),
        Series("known for longer", "c1", [0, *older[1:]]),
        Series(f"the history begins in {first}", "c9", [this[0], *[0] * (len(years) - 1)]),
    ]
    rows = [
        (str(each), f"{this[at]:,}", f"{before[at]:,}", f"{older[at]:,}", f"{new.get(each, 0):,}")
        for at, each in enumerate(years)
    ]
    headings = ("Year", "Found that year", "The year before", "Longer ago", "New artists")
    labels = [str(each) for each in years]
    return Figure(
        "new", "How much of it was new", finding, drawing=drawn(lambda width: columns(labels, series, width)),
        table=Table(headings, rows), legend=[Legend(one.style, one.name) for one in series],
        note=f"In {first} every artist counts as new, because the history begins there.",
    )  # fmt: skip


def came_back(found: Sequence[Comeback], *, dated: bool) -> Figure | None:
    """Artists that were silent for long; days are told only on a page for oneself."""
    if not found:
        return None
    items = [(name_of(artist), _gap(artist, dated=dated)) for artist in found]
    longest = found[0]
    gap = _long(longest["backAt"] - longest["leftAt"])
    return Figure(
        "comebacks", "Back after a long time", f"You returned to {name_of(longest)} after {gap}.", items=items,
        note="Artists with three plays or more, before and since.",
    )  # fmt: skip


def how_broad(found: Sequence[Variety], span: Span) -> Figure | None:
    """The number of artists that would be as varied, by month or year."""
    if len(found) < 2:
        return None
    values: list[float | None] = [None] * len(span.starts)
    for row in found:
        values[span.place(number_of(row["year"], row["month"]))] = round(row["variety"], 1)
    whole, top = sum(row["plays"] for row in found), sum(row["topPlays"] for row in found)
    mean = sum(row["variety"] * row["plays"] for row in found) / whole
    unit = UNITS[span.size]
    best = max(found, key=lambda row: row["variety"])
    when = full_name(number_of(best["year"], best["month"])) if best["month"] else str(best["year"])
    finding = (
        f"The five artists you play most take {percent(top, whole)} of an average {unit}. "
        f"Your broadest {unit} was {when}: as varied as {round(best['variety']):,} artists played equally often."
    )
    rows = [
        (
            full_name(number_of(row["year"], row["month"])) if row["month"] else str(row["year"]),
            f"{row['variety']:,.1f}",
            f"{row['artists']:,}",
            percent(row["topPlays"], row["plays"]),
        )
        for row in found
    ]
    return Figure(
        "variety", "Broad or deep", finding, drawing=drawn(lambda width: line(span.columns, values, width, "c3")),
        table=Table((unit.title(), "As varied as", "Artists", "Five most played"), rows),
        note=f"The line is e to the power of the entropy of plays by artist: {mean:,.0f} on average.",
    )  # fmt: skip


def name_of(artist: PlayedArtist | Comeback) -> str:
    """The artist's name as a page has it."""
    return named(artist["artistName"]) or "an artist without a name"


def _move(artist: PlayedArtist) -> str:
    if not artist["playsBefore"]:
        return " new"
    moved = artist["placeBefore"] - artist["place"]
    return f" ▲{moved:,}" if moved > 0 else f" ▼{-moved:,}" if moved < 0 else ""


def _gap(artist: Comeback, *, dated: bool) -> str:
    when = f" on {artist['backAt']:%-d %B %Y}" if dated else ""
    return f"back{when} after {_long(artist['backAt'] - artist['leftAt'])}, {many(artist['plays'], 'play')} since"


def _long(gap: timedelta) -> str:
    days = gap.days
    years, months = int(days / DAYS_PER_YEAR), int(days % DAYS_PER_YEAR / DAYS_PER_MONTH)
    parts = [many(years, "year")] * (years > 0) + [many(months, "month")] * (months > 0)
    return " and ".join(parts) or many(days, "day")
