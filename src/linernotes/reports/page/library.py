"""The page about a library or a roster: the artists to look at first, who rises, what is known, and their labels."""

from collections import Counter
from collections.abc import Callable, Sequence

from linernotes.core.text import many
from linernotes.reports import queries
from linernotes.reports.page.charts import Bar, bars
from linernotes.reports.page.countries import country
from linernotes.reports.page.drawing import named
from linernotes.reports.page.figure import RUN, Figure, Table, drawn, percent
from linernotes.reports.page.genres import OTHER, family
from linernotes.reports.page.page import Page, Tile, sources_of
from linernotes.reports.queries import ProviderCoverage
from linernotes.reports.top_artists import TopArtist, ranked_artists, risers
from linernotes.storage.workspace import Workspace

MOST = 1_000  # artists; the drawings are of the first ones by opportunity
SHOWN = 10


def library_page(workspace: Workspace, roster: str = "", owner: str = "") -> Page:
    """The page about all artists of the library, or about those of a roster.

    Raises:
        ConfigurationError: no roster has that name.
    """
    warehouse = workspace.warehouse
    artists = ranked_artists(warehouse, MOST, roster)
    growth = risers(warehouse, artists)
    counted = queries.coverage(warehouse)
    whole = max((row["artists"] for row in counted), default=0)
    titles = {name: known.title for name, known in workspace.settings.configs.providers.items()}
    whose = f"The roster {named(roster)}" if roster else "Your library"
    told = [
        _opportunity(artists),
        _growth(artists, growth),
        _coverage(counted, titles),
        _ranked("countries", "Where they are from", "country", artists, _country_of, "c3"),
        _ranked("genres", "What they play", "genre", artists, _family_of, "c6"),
        _ranked("labels", "Whose records they are", "label", artists, lambda artist: artist["principalLabel"], "c5"),
    ]
    return Page(
        title=f"{named(owner) or whose}, {workspace.clock.now():%B %Y}",
        lead=_lead(artists, whole, roster),
        tiles=_tiles(artists, growth),
        figures=told,
        sources=sources_of(told, workspace.settings.configs.providers),
        footnotes=[
            "The opportunity score, 0 to 100, is computed by linernotes from reach and fame; no service tells it.",
            *([f"The first {MOST:,} artists by opportunity are drawn."] if len(artists) == MOST else []),
        ],
        made_on=workspace.clock.now().date(),
    )


def _opportunity(artists: Sequence[TopArtist]) -> Figure:
    scored = [artist for artist in artists if artist["opportunityScore"] is not None][:SHOWN]
    heading = "Look at these first"
    if not scored:
        return Figure("opportunity", heading, RUN)
    first = scored[0]
    label = named(first["principalLabel"])
    finding = (
        f"{_name(first)} comes first, with a reach of {_score(first['reach'])} and a fame of {_score(first['fame'])}"
    )
    finding += f", on {label}." if label else ", and no label is known."
    scores = [artist["opportunityScore"] for artist in scored]
    items = [
        Bar(_name(artist), score or 0, _score(score), style="c2") for artist, score in zip(scored, scores, strict=True)
    ]
    rows = [
        (
            _name(artist),
            _score(artist["opportunityScore"]),
            _score(artist["reach"]),
            _score(artist["fame"]),
            named(artist["principalLabel"]) or "unknown",
            named(artist["management"]) or "unknown",
        )
        for artist in scored
    ]
    headings = ("Artist", "Opportunity", "Reach", "Fame", "Label", "Management")
    note = (
        "Reach is how many people listen, fame how well known the artist is: an opportunity has reach and little fame."
    )
    sources = _sources(scored)
    return Figure(
        "opportunity", heading, finding, drawing=drawn(lambda width: bars(items, width)),
        table=Table(headings, rows), note=note, sources=sources,
    )  # fmt: skip


def _growth(artists: Sequence[TopArtist], growth: dict[str, tuple[float, str]]) -> Figure:
    heading, names = "Who rises", {artist["artistId"]: _name(artist) for artist in artists}
    best = sorted(growth, key=lambda key: (-growth[key][0], names[key]))[:SHOWN]
    rising = [key for key in best if growth[key][0] > 0]
    if not rising:
        later = "Growth is seen from the second fetch on: the numbers of another day are needed."
        return Figure("growth", heading, "None of the numbers that were fetched twice has grown." if growth else later)
    items = [Bar(names[key], growth[key][0], f"+{growth[key][0]:,.1f} %", style="c7") for key in rising]
    rows = [(names[key], f"+{growth[key][0]:,.1f} %", growth[key][1]) for key in rising]
    first = rising[0]
    return Figure(
        "growth", heading, f"{names[first]} has grown most: {growth[first][0]:,.1f} % in {growth[first][1]}.",
        drawing=drawn(lambda width: bars(items, width)), table=Table(("Artist", "Growth", "Of"), rows),
        unknown=f"Growth is known of {len(growth):,} of {many(len(artists), 'artist')}.",
    )  # fmt: skip


def _coverage(counted: Sequence[ProviderCoverage], titles: dict[str, str]) -> Figure:
    rows = sorted((row for row in counted if row["enriched"]), key=lambda row: -row["enriched"])
    if not rows:
        return Figure("coverage", "How much is known", RUN)
    items = [Bar(titles.get(row["provider"], row["provider"]), row["enriched"], f"{row['enriched']:,}") for row in rows]
    first = rows[0]
    part = percent(first["enriched"], first["artists"])
    finding = f"{items[0].name} knows most: {part} of {many(first['artists'], 'artist')}."
    table = [
        (item.name, *(f"{number:,}" for number in (row["enriched"], row["notFound"], row["failed"], row["pending"])))
        for item, row in zip(items, rows, strict=True)
    ]
    return Figure(
        "coverage", "How much is known", finding, drawing=drawn(lambda width: bars(items, width)),
        table=Table(("Service", "Enriched", "Not found", "Failed", "Not asked yet"), table),
        note="All artists of the library are counted here.",
    )  # fmt: skip


def _ranked(
    key: str, heading: str, what: str, artists: Sequence[TopArtist], of: Callable[[TopArtist], str | None], style: str
) -> Figure:
    """Ranked bars of how many artists have each value."""
    counted = Counter(value for artist in artists if (value := of(artist)))
    known = counted.total()
    if not known:
        return Figure(key, heading, RUN)
    best = counted.most_common(SHOWN)
    first = named(best[0][0])
    finding = f"{first.capitalize() if what == 'genre' else first} leads with {many(best[0][1], 'artist')}."
    items = [Bar(named(name), number, f"{number:,}", style=style) for name, number in best]
    return Figure(
        key, heading, finding, drawing=drawn(lambda width: bars(items, width)),
        table=Table((what.title(), "Artists"), [(named(name), f"{number:,}") for name, number in best]),
        unknown="" if known == len(artists) else f"The {what} is known of {percent(known, len(artists))} of them.",
    )  # fmt: skip


def _tiles(artists: Sequence[TopArtist], growth: dict[str, tuple[float, str]]) -> list[Tile]:
    free = sum(artist["labelStatus"] == "ended" for artist in artists)
    scored = sum(artist["opportunityScore"] is not None for artist in artists)
    tiles = [Tile(f"{len(artists):,}", "artists"), Tile(f"{scored:,}", "with a score")]
    if growth:
        tiles.append(Tile(f"{sum(part > 0 for part, _ in growth.values()):,}", "rising"))
    return [*tiles, Tile(f"{free:,}", "on no label now", "formerly on one, as Wikidata has it")]


def _lead(artists: Sequence[TopArtist], whole: int, roster: str) -> str:
    listeners = sum(artist["monthlyListeners"] or 0 for artist in artists)
    reach = f" Together they have {listeners:,} monthly listeners on Spotify." if listeners else ""
    of = f" of {whole:,} in the library" if roster and whole else ""
    which = f"{many(len(artists), 'artist')}{of}"
    return f"{which}, ranked by opportunity: much listened to, little known yet.{reach}"


def _sources(artists: Sequence[TopArtist]) -> tuple[str, ...]:
    return tuple(sorted({provider for artist in artists for provider in artist["sources"]}))


def _country_of(artist: TopArtist) -> str | None:
    return country(artist["country"]) if artist["country"] else None


def _family_of(artist: TopArtist) -> str | None:
    """The family of most of an artist's genres; the first of them decides between equal ones."""
    families = [name for genre in artist["genres"] if (name := family(genre)) != OTHER]
    return Counter(families).most_common(1)[0][0] if families else None


def _name(artist: TopArtist) -> str:
    return named(artist["artistName"]) or "an artist without a name"


def _score(number: float | None) -> str:
    return "unknown" if number is None else f"{number:.1f}"
