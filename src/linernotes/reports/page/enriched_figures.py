"""Figures that only an enriched library has: where the music comes from, and who else listens to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from linernotes.core.text import many
from linernotes.reports.page.charts import Bar, Series, bars, columns
from linernotes.reports.page.countries import by_country
from linernotes.reports.page.drawing import named
from linernotes.reports.page.figure import FEW, Figure, Table, drawn, known_for, listed, percent, too_little
from linernotes.reports.page.questions import Neighbour, Rarest, Share

LARGE = ("under 1,000", "1,000 to 10,000", "10,000 to 100,000", "100,000 to 1 million", "over 1 million")
SMALL = ("under 10", "10 to 100", "100 to 1,000", "1,000 to 10,000", "over 10,000")
# By column: the service, the power of ten that the second audience begins with less one, and the audiences.
AUDIENCES = {
    "lastfmListeners": ("Last.fm", 2, LARGE),
    "listenerCount": ("ListenBrainz", 0, SMALL),
}
OFF_THE_TRACK = 2  # the last audience that is


def countries(shares: Sequence[Share], sources: tuple[str, ...]) -> Figure:
    """Ranked bars of countries."""
    heading, found = "Where your artists are from", by_country(shares)
    named_plays = sum(share["plays"] for share in found.known)
    whole = named_plays + found.elsewhere + found.unknown
    if (poor := too_little("countries", heading, named_plays, whole)) is not None:
        return poor
    first = found.known[0]
    artists = sum(share["artists"] for share in found.known)
    finding = (
        f"{many(artists, 'artist')} from {_countries(len(found.known))}: {first['name']} comes first"
        f" with {percent(first['plays'], whole)} of your plays."
    )
    elsewhere = (
        f" {percent(found.elsewhere, whole)} come from places named without their country." if found.elsewhere else ""
    )
    unknown = known_for(named_plays, whole, "The country") + elsewhere
    return _ranked(
        Figure("countries", heading, finding, unknown=unknown, sources=sources),
        found.known, whole, "Country",
    )  # fmt: skip


def labels(shares: Sequence[Share], sources: tuple[str, ...]) -> Figure:
    """Ranked bars of record labels."""
    heading, known = "Whose records they are", [share for share in shares if share["name"]]
    whole, told = _whole(shares), sum(share["plays"] for share in known)
    if (poor := too_little("labels", heading, told, whole)) is not None:
        return poor
    first = known[0]
    finding = (
        f"{named(first['name'])} comes first among the labels of your artists, most of it {named(first['topArtist'])}."
    )
    unknown = known_for(told, whole, "The label")
    return _ranked(Figure("labels", heading, finding, unknown=unknown, sources=sources), known, whole, "Label")


def decades(shares: Sequence[Share], kind: str, whole: float, sources: tuple[str, ...]) -> Figure | None:
    """A histogram of the decades in which people were born, or groups founded; None without any."""
    known = sorted((share for share in shares if share["name"]), key=lambda share: str(share["name"]))
    told = sum(share["plays"] for share in known)
    if not known or told < FEW * whole / 4:
        return None
    years = list(range(int(known[0]["name"] or 0), int(known[-1]["name"] or 0) + 10, 10))[-16:]
    plays = {int(share["name"] or 0): share for share in known}
    values = [plays[year]["plays"] if year in plays else 0 for year in years]
    best = max(known, key=lambda share: share["plays"])
    born = kind == "Person"
    others = "by groups" if born else "by people"
    heading = "When your solo artists were born" if born else "When your bands were founded"
    does = "were born" if born else "began"
    finding = (
        f"More of your plays go to {'artists who' if born else 'bands that'} {does} in the {best['name']}s than to any "
        f"other decade's, most of all to {named(best['topArtist'])}."
    )
    table = [
        (f"{year}s", f"{plays[year]['plays']:,}", f"{plays[year]['artists']:,}") for year in years if year in plays
    ]
    names = [f"{year}s" for year in years]
    return Figure(
        f"decades-{kind.lower()}", heading, finding,
        drawing=drawn(lambda width: columns(names, [Series("plays", "c4" if born else "c6", values)], width)),
        table=Table(("Decade", "Plays", "Artists"), table), sources=sources,
        unknown=f"These are {percent(told, whole)} of the plays: the others are {others}, or the year is unknown.",
    )  # fmt: skip


def audience(shares: dict[str, list[Share]], rarest: dict[str, Rarest], sources: dict[str, tuple[str, ...]]) -> Figure:
    """The plays by how many people elsewhere listen to their artists, by the one number that covers most plays."""
    heading = "How far off the beaten track"
    told = {name: sum(share["plays"] for share in shares.get(name, []) if share["name"]) for name in AUDIENCES}
    metric = max(AUDIENCES, key=lambda name: told[name])
    whole, (where, lowest, names) = _whole(shares.get(metric, [])), AUDIENCES[metric]
    if (poor := too_little("audience", heading, told[metric], whole)) is not None:
        return poor
    counted: Counter[int] = Counter()
    for share in shares[metric]:
        if share["name"] is not None:
            counted[min(len(names) - 1, max(0, int(share["name"]) - lowest))] += share["plays"]
    small = sum(counted[place] for place in range(OFF_THE_TRACK + 1))
    few = names[OFF_THE_TRACK].split(" to ")[-1]
    finding = f"{percent(small, told[metric])} of your plays go to artists with fewer than {few} listeners on {where}."
    if rare := rarest.get(metric):
        listeners = many(rare["listeners"], "listener")
        finding += f" The least known artist you keep playing is {named(rare['artistName'])}, with {listeners} there."
    items = [
        Bar(name, counted[place], percent(counted[place], told[metric]), style="c3" if place <= OFF_THE_TRACK else "c8")
        for place, name in enumerate(names)
    ]
    rows_of_table = [(name, f"{counted[place]:,}") for place, name in enumerate(names)]
    return Figure(
        "audience", heading, finding, drawing=drawn(lambda width: bars(items, width)),
        table=Table((f"Listeners on {where}", "Plays"), rows_of_table),
        unknown=known_for(told[metric], whole, "The number of listeners"), sources=sources.get(metric, ()),
    )  # fmt: skip


def not_heard_yet(found: Sequence[Neighbour], sources: tuple[str, ...]) -> Figure | None:
    """Artists to which favourites point."""
    if not found:
        return None
    items = [
        (named(row["similarName"]), f"because of {listed([named(name) for name in pointing(row) if name])}")
        for row in found
    ]  # fmt: skip
    first = found[0]
    points = "points" if first["artists"] == 1 else "point"
    what = f"{many(first['artists'], 'artist')} that you play {points} to {named(first['similarName'])}"
    finding = f"{what}, which you have not played yet."
    return Figure("neighbours", "Not heard yet", finding, items=items, sources=sources)


def pointing(row: Neighbour) -> tuple[str | None, str | None]:
    """The artists that point there most."""
    return row["firstArtist"], row["secondArtist"]


def _ranked(figure: Figure, shares: Sequence[Share], whole: float, heading: str) -> Figure:
    shown = shares[:10]
    style = "c5" if heading == "Label" else "c3"
    items = [Bar(named(share["name"]), share["plays"], percent(share["plays"], whole), style=style) for share in shown]
    table = [
        (named(share["name"]), f"{share['plays']:,}", f"{share['artists']:,}", named(share["topArtist"]))
        for share in shown
    ]
    return replace(
        figure,
        drawing=drawn(lambda width: bars(items, width)),
        table=Table((heading, "Plays", "Artists", "Most played"), table),
    )


def _countries(number: int) -> str:
    return "one country" if number == 1 else f"{number:,} countries"


def _whole(shares: Sequence[Share]) -> int:
    return sum(share["plays"] for share in shares)
