"""The artists ranked by opportunity, as a report to share."""

from datetime import datetime
from typing import TypedDict

from linernotes.reports.rosters import columns_of_artists
from linernotes.reports.rows import Record, rows_of
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
    "Genres": "genres",
    "Spotify URL": "spotifyUrl",
    "Retrieved At": "retrievedAt",
    "Sources": "sources",
}
SOURCED_FIELDS = ("monthlyListeners", "principalLabel", "management", "genres")


class RankedArtist(TypedDict):
    """An artist with its rank by opportunity; the score is 0 to 100."""

    rank: int
    artistId: str
    artistName: str | None
    monthlyListeners: int | None
    principalLabel: str | None
    management: str | None
    opportunityScore: float | None
    scoreVersion: str
    spotifyUrl: str | None
    genres: list[str]


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


def top_artists(workspace: Workspace, shown: int, roster: str = "") -> Sheets:
    """The report of the first ``shown``, each row with its sources and their licences.

    With a roster, only of its artists, and each row with the person's own columns.

    Raises:
        ConfigurationError: no roster has that name.
    """
    own = columns_of_artists(workspace.warehouse, roster, COLUMNS) if roster else {}
    found = ranked_artists(workspace.warehouse, shown, roster)
    rows = [{**_report_row(workspace, row), **own.get(row["artistId"], {})} for row in found]
    used = sorted({provider for row in found for provider in row["sources"]})
    version = found[0]["scoreVersion"] if found else "-"
    now = workspace.clock.now()
    about: list[Record] = [
        {
            "About": "Opportunity Score",
            "What": f"0 to 100, computed by linernotes (score version {version}); not a figure of any service",
        },
        {"About": "Retrieved At", "What": "when the oldest value of the row was fetched, UTC"},
        {"About": "Written", "What": now},
        *({"About": f"Values of {name}", "What": _terms(workspace, name)} for name in used),
    ]
    return Sheets("Top artists", now, rows, about)


def _with_sources(row: RankedArtist, sources: list[SourceOfArtist]) -> TopArtist:
    oldest = min((source["retrievedAt"] for source in sources), default=None)
    return {**row, "retrievedAt": oldest, "sources": [source["provider"] for source in sources]}


def _report_row(workspace: Workspace, row: TopArtist) -> Record:
    values: Record = row
    known = workspace.settings.configs.providers
    licences = " | ".join(known[name].licence for name in row["sources"] if name in known)
    return {heading: values[name] for heading, name in COLUMNS.items()} | {"Licences": licences}


def _terms(workspace: Workspace, name: str) -> str:
    known = workspace.settings.configs.providers.get(name)
    return f"{known.licence}. {known.terms}" if known else ""
