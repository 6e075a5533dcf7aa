"""The artists ranked by opportunity, as a report to share."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from linernotes.core.errors import BelowExpectations
from linernotes.core.text import many
from linernotes.reports.rosters import columns_of_artists
from linernotes.reports.rows import Record, Records, rows_of
from linernotes.reports.xlsx import Sheets
from linernotes.storage.ports import Warehouse
from linernotes.storage.workspace import Workspace

# Readers of the weekly report look columns up by the first four headings.
COLUMNS = {
    "Name": "artistName",
    "Monthly Listeners": "monthlyListeners",
    "Label": "principalLabel",
    "Management": "management",
    "Rank": "rank",
    "Opportunity Score": "opportunityScore",
    "Label Status": "labelStatus",
    "Reach": "reach",
    "Fame": "fame",
    "Followers": "followerCount",
    "Popularity": "popularity",
    "Last.fm Listeners": "lastfmListeners",
    "ListenBrainz Listeners": "listenerCount",
    "Deezer Fans": "fans",
    "Growth Pct": "growthPct",
    "Growth Of": "growthOf",
    "Country": "country",
    "Plays": "playCount",
    "Genres": "genres",
    "Spotify URL": "spotifyUrl",
    "Retrieved At": "retrievedAt",
    "Sources": "sources",
    "Licences": "licences",
}
NUMBERS = (
    "monthlyListeners",
    "followerCount",
    "lastfmListeners",
    "listenerCount",
    "fans",
    "growthPct",
    "principalLabel",
)
SOURCED_FIELDS = (
    "monthlyListeners",
    "principalLabel",
    "management",
    "genres",
    "followerCount",
    "popularity",
    "lastfmListeners",
    "listenerCount",
    "fans",
    "country",
)
LABEL_STATUS = {
    "on_label": "on this label",
    "self_released": "on no label: it releases its music itself",
    "ended": "on no label now",
    "unnamed": "on a label without a known name",
    "none_named": "no label known: Wikidata names none",
    "in_doubt": "no label known: the Wikidata page may be another artist's",
    "not_found": "no label known: not on Wikidata",
    "failed": "no label known: Wikidata gave no usable answer",
    "not_asked": "no label known: Wikidata was not asked yet",
    "no_id": "no label known: Wikidata is asked by Spotify id, and none is known",
}
# The metric whose growth is shown is the first of these with two measurements, and its name in a report.
GROWING = {
    "monthlyListeners": "Monthly Listeners",
    "lastfmListeners": "Last.fm Listeners",
    "listenerCount": "ListenBrainz Listeners",
    "followers": "Followers",
    "fans": "Deezer Fans",
}


class RankedArtist(TypedDict):
    """An artist with its rank by opportunity; score, reach, fame and popularity are 0 to 100."""

    rank: int
    artistId: str
    artistName: str | None
    monthlyListeners: int | None
    principalLabel: str | None
    labelStatus: str
    formerLabel: str | None
    management: str | None
    opportunityScore: float | None
    scoreVersion: str
    spotifyUrl: str | None
    genres: list[str]
    reach: float | None
    fame: float | None
    followerCount: int | None
    popularity: int | None
    lastfmListeners: int | None
    listenerCount: int | None
    fans: int | None
    country: str | None
    playCount: int


class Growth(TypedDict):
    """The first and the latest number of a metric of an artist."""

    artistId: str
    metric: str
    earlier: float
    latest: float
    firstAt: datetime
    lastAt: datetime


class LibrarySize(TypedDict):
    """The artists of the library, and how many have a score."""

    artists: int
    scored: int


class SourceOfArtist(TypedDict):
    """A provider of an artist's values, and the instant at which the oldest of them was fetched."""

    artistId: str
    provider: str
    retrievedAt: datetime


class TopArtist(RankedArtist):
    """A ranked artist with the providers of its values, and the instant at which the oldest of them was fetched."""

    retrievedAt: datetime | None
    sources: list[str]


def ranked_artists(warehouse: Warehouse, shown: int, roster: str = "") -> list[TopArtist]:
    """The first artists by opportunity, of a roster if one is given, with their sources."""
    sources: dict[str, list[SourceOfArtist]] = {}
    found = rows_of(RankedArtist, warehouse, "top_artists", shown=shown, roster=roster)
    last = max((row["rank"] for row in found), default=0)
    for source in rows_of(SourceOfArtist, warehouse, "top_artist_sources", shown=last, fields=list(SOURCED_FIELDS)):
        sources.setdefault(source["artistId"], []).append(source)
    return [_with_sources(row, sources.get(row["artistId"], [])) for row in found]


def risers(warehouse: Warehouse, artists: Sequence[TopArtist]) -> dict[str, tuple[float, str]]:
    """By artist the change in percent of the most telling metric that was measured twice, and which it is."""
    measured = _growth(warehouse, max((row["rank"] for row in artists), default=0))
    return {
        row["artistId"]: (_growth_pct(growth), _growth_of(growth))
        for row in artists
        if (growth := measured.get(row["artistId"]))
    }


def top_artists(workspace: Workspace, shown: int, roster: str = "") -> Sheets:
    """The report of the first ``shown``, each row with its sources and their licences.

    With a roster, only of its artists, and each row with the person's own columns.

    Raises:
        BelowExpectations: nothing is known about any artist, so there is nothing to rank by.
        ConfigurationError: no roster has that name.
    """
    warehouse = workspace.warehouse
    (library,) = rows_of(LibrarySize, warehouse, "library_size")
    own = columns_of_artists(warehouse, roster, COLUMNS) if roster else {}
    if not library["scored"]:
        raise BelowExpectations(
            f"report top-artists: no service has given a number about any of {many(library['artists'], 'artist')} yet",
            "to ask the services: linernotes run; linernotes top artists ranks by your own plays",
        )
    found = ranked_artists(warehouse, shown, roster)
    growth = _growth(warehouse, max((row["rank"] for row in found), default=0))
    rows = [
        {**_report_row(workspace, row, growth.get(row["artistId"])), **own.get(row["artistId"], {})} for row in found
    ]
    used = sorted({provider for row in found for provider in row["sources"]})
    version = found[0]["scoreVersion"] if found else "-"
    now, notes = workspace.clock.now(), _how_many(rows, library, shown)
    about: list[Record] = [
        {
            "About": "Opportunity Score",
            "What": f"0 to 100, computed by linernotes (score version {version} from Reach and Fame);"
            " not a figure of any service",
        },
        {
            "About": "Label Status",
            "What": "what an empty label means; labels are those of releases at MusicBrainz, else Wikidata's",
        },
        {"About": "Growth Pct", "What": "change in percent from the first to the latest number that was fetched"},
        {"About": "Retrieved At", "What": "when the oldest value of the row was fetched, UTC"},
        {"About": "Written", "What": now},
        *({"About": "Known", "What": note} for note in notes),
        *({"About": f"Values of {name}", "What": _terms(workspace, name)} for name in used),
    ]
    return Sheets("report top-artists", "Top artists", now, rows, about, notes)


def in_words(rows: Records) -> list[Record]:
    """The rows under the headings of the file that people are sent, with the person's own columns behind ours."""
    ours = {*COLUMNS.values(), "artistId"}
    return [
        {heading: row[name] for heading, name in COLUMNS.items()}
        | {name: value for name, value in row.items() if name not in ours}
        for row in rows
    ]


def _with_sources(row: RankedArtist, sources: list[SourceOfArtist]) -> TopArtist:
    oldest = min((source["retrievedAt"] for source in sources), default=None)
    return {**row, "retrievedAt": oldest, "sources": [source["provider"] for source in sources]}


def _growth(warehouse: Warehouse, shown: int) -> dict[str, Growth]:
    """For each artist the growth of the most telling metric, if it was measured on different days."""
    chosen: dict[str, Growth] = {}
    found = rows_of(Growth, warehouse, "top_artist_growth", shown=shown)
    told = [row for row in found if row["metric"] in GROWING and row["earlier"] and _on_other_days(row)]
    for row in sorted(told, key=lambda row: list(GROWING).index(row["metric"])):
        chosen.setdefault(row["artistId"], row)
    return chosen


def _on_other_days(row: Growth) -> bool:
    return row["lastAt"].date() > row["firstAt"].date()


def _report_row(workspace: Workspace, row: TopArtist, growth: Growth | None) -> Record:
    known = workspace.settings.configs.providers
    values: Record = {
        **row,
        "labelStatus": _label_status(row),
        "growthPct": growth and _growth_pct(growth),
        "growthOf": growth and _growth_of(growth),
        "licences": " | ".join(known[name].licence for name in row["sources"] if name in known),
    }
    return {name: values[name] for name in COLUMNS.values()} | {"artistId": row["artistId"]}


def _growth_pct(growth: Growth) -> float:
    return round(100 * (growth["latest"] / growth["earlier"] - 1), 1)


def _growth_of(growth: Growth) -> str:
    return f"{GROWING[growth['metric']]} since {growth['firstAt']:%Y-%m-%d}"


def _label_status(row: RankedArtist) -> str:
    former = f", formerly {row['formerLabel']}" if row["labelStatus"] == "ended" and row["formerLabel"] else ""
    return LABEL_STATUS[row["labelStatus"]] + former


def _how_many(rows: Records, library: LibrarySize, shown: int) -> list[str]:
    """How many of the artists are listed, and of how many of these each number is known."""
    headings = {name: heading for heading, name in COLUMNS.items()}
    known = ", ".join(f"{headings[name]} {sum(row[name] is not None for row in rows):,}" for name in NUMBERS)
    listed = f"{len(rows):,} of {many(library['artists'], 'artist')} listed"
    unscored = sum(row["opportunityScore"] is None for row in rows)
    behind = f"; {unscored:,} of them without a score, ranked by plays" if unscored else ""
    more = "; --n lists more" if len(rows) == shown < library["artists"] else ""
    return [listed + behind + more, f"known of these {len(rows):,}: {known}"]


def _terms(workspace: Workspace, name: str) -> str:
    known = workspace.settings.configs.providers.get(name)
    return f"{known.licence}. {known.terms}" if known else ""
