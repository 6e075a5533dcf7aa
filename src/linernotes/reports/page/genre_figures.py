"""Figures of genres: their families over time, and those that arrived, with the artists that brought them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from linernotes.reports.page.charts import Row, Series, columns, rows
from linernotes.reports.page.drawing import named
from linernotes.reports.page.figure import Figure, Legend, Table, drawn, known_for, percent, too_little
from linernotes.reports.page.genres import OTHER, family
from linernotes.reports.page.history import GenreMonth, GenrePart
from linernotes.reports.page.months import Span, full_name, number_of, summed

FAMILIES = 7
UNKNOWN = "unknown"
ARRIVED = 5  # plays of a month with which a genre has arrived
SETTLING = 12  # months at the beginning of a history in which everything is new
GROWN = 0.03  # a change of a share that is told of


class Families(NamedTuple):
    """The plays of the largest families of genres by column of time, and the artist that brought most of each."""

    names: list[str]
    values: dict[str, list[float]]
    bringers: dict[tuple[str, int], str]
    sums: list[float]


def genres_over_time(parts: Sequence[GenrePart], span: Span, sources: tuple[str, ...]) -> Figure:
    """Whole columns of families of genres, with those that brought them."""
    heading, found = "Your genres over time", families(parts, span)
    whole, unknown = sum(found.sums), sum(found.values[UNKNOWN])
    if (poor := too_little("genres", heading, whole - unknown, whole)) is not None:
        return poor
    names = [name for name in found.names if name not in {OTHER, UNKNOWN}]
    series = [Series(name, f"c{place}", found.values[name]) for place, name in enumerate(names, 1)] + [
        Series("other genres", "c8", found.values[OTHER]),
        Series(UNKNOWN, "c9", found.values[UNKNOWN]),
    ]
    shown = [one for one in series if sum(one.values) > 0]
    legend = [Legend(one.style, one.name, _brought(found, one, whole)) for one in reversed(shown)]
    headings = ("Time", *(one.name for one in shown))
    table = [
        (label, *(percent(one.values[place], found.sums[place]) for one in shown))
        for place, label in enumerate(span.columns)
    ]
    return Figure(
        "genres", heading, _growth(found, names, span),
        drawing=drawn(lambda width: columns(span.columns, shown, width, whole=True)),
        table=Table(headings, table), legend=legend, sources=sources,
        unknown=known_for(whole - unknown, whole, "The genre"),
        note="Each artist's plays are divided evenly among its genres, and genres are gathered in families.",
    )  # fmt: skip


def families(parts: Sequence[GenrePart], span: Span) -> Families:
    """The parts by family and column; the largest families have names, the others are one."""
    size, number = span.size, len(span.starts)
    plays: dict[str, list[float]] = defaultdict(lambda: [0.0] * number)
    most: dict[tuple[str, int], tuple[float, str]] = {}
    for part in parts:
        name = family(part["genre"]) if part["genre"] else UNKNOWN
        place = number_of(part["year"], part["month"]) // size - span.first // size
        if not 0 <= place < number:
            continue
        plays[name][place] += part["plays"]
        best = (part["topPlays"], named(part["topArtist"]))
        most[name, place] = max(most.get((name, place), (0.0, "")), best)
    largest = sorted(
        (name for name in plays if name not in {OTHER, UNKNOWN}), key=lambda name: (-sum(plays[name]), name)
    )
    other = [sum(plays[name][place] for name in (*largest[FAMILIES:], OTHER)) for place in range(number)]
    values = {**{name: plays[name] for name in largest[:FAMILIES]}, OTHER: other, UNKNOWN: plays[UNKNOWN]}
    sums = [sum(column) for column in zip(*values.values(), strict=True)]
    return Families(list(values), values, {key: name for key, (_, name) in most.items()}, sums)


def arrivals(found: Sequence[GenreMonth], history: Span, period: Span, sources: tuple[str, ...]) -> Figure | None:
    """Genres that came in the period, with the artist played most for each when it came."""
    months: dict[str, dict[int, GenreMonth]] = defaultdict(dict)
    for row in found:
        months[row["genre"]][number_of(row["year"], row["month"])] = row
    came = {}
    for genre, heard in months.items():
        month = min((month for month, row in heard.items() if row["plays"] >= ARRIVED), default=-1)
        if month >= history.first + SETTLING and period.first <= month <= period.last and heard[month]["topArtist"]:
            came[genre] = month
    if not came:
        return None
    since = {genre: sum(row["plays"] for month, row in months[genre].items() if month >= came[genre]) for genre in came}
    best = sorted(came, key=lambda genre: (-since[genre], genre))[:6]
    bringer = {genre: named(months[genre][came[genre]]["topArtist"]) for genre in best}
    items = [
        Row(
            named(genre).capitalize(),
            f"{full_name(came[genre])}, with {bringer[genre]}",
            summed(history, ((month, row["plays"]) for month, row in months[genre].items())),
            history.place(came[genre]),
        )
        for genre in best
    ]
    first = best[0]
    return Figure(
        "arrivals", "Genres that arrived, and who brought them",
        f"{named(first).capitalize()} arrived in {full_name(came[first])}, with {bringer[first]}.",
        drawing=drawn(lambda width: rows(items, width)), sources=sources,
        table=Table(
            ("Genre", "Arrived", "With", "Plays since"),
            [(named(genre), full_name(came[genre]), bringer[genre], f"{since[genre]:,}") for genre in best],
        ),
        note=f"A genre arrives in the first month with {ARRIVED} plays. The first year of a history is left out.",
    )  # fmt: skip


def _growth(found: Families, names: Sequence[str], span: Span) -> str:
    first_full = next(place for place, total in enumerate(found.sums) if total)
    last = max(place for place, total in enumerate(found.sums) if total)
    if not names:
        return "None of the genres that are known belong to a family."
    largest = names[0]
    share = percent(sum(found.values[largest]), sum(found.sums))
    finding = f"{largest.capitalize()} is your largest family of genres, with {share} of all plays."
    change = {
        name: found.values[name][last] / found.sums[last] - found.values[name][first_full] / found.sums[first_full]
        for name in names
    }
    grown = max(change, key=lambda name: change[name])
    if last > first_full and change[grown] >= GROWN:
        was = percent(found.values[grown][first_full], found.sums[first_full])
        now = percent(found.values[grown][last], found.sums[last])
        bringer = found.bringers.get((grown, last), "")
        finding += (
            f" {grown.capitalize()} grew from {was} in {span.columns[first_full]} to {now} in {span.columns[last]}"
        )
        finding += f", most of it {bringer}." if bringer else "."
    return finding


def _brought(found: Families, one: Series, whole: float) -> str:
    part = percent(sum(one.values), whole)
    best = max(range(len(one.values)), key=lambda place: one.values[place])
    bringer = found.bringers.get((one.name, best), "")
    return f"{part}, at its largest with {bringer}" if bringer and one.name != UNKNOWN else part
