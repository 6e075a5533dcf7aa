"""The artists of the greatest opportunity, as a report to hand on."""

from typing import Any

from linernotes.reports import queries
from linernotes.reports.xlsx import Sheets
from linernotes.storage.workspace import Workspace

# The first four are what people who get this every week look up their columns by.
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


def top_artists(workspace: Workspace, shown: int) -> Sheets:
    """The report of the first ``shown``, each row with its sources and their licences."""
    found = queries.top_artists(workspace.warehouse, shown)
    rows = [{heading: row[name] for heading, name in COLUMNS.items()} | _licences(workspace, row) for row in found]
    used = sorted({provider for row in found for provider in row["sources"]})
    version = found[0]["scoreVersion"] if found else "-"
    now = workspace.clock.now()
    about: list[dict[str, Any]] = [
        {
            "About": "Opportunity Score",
            "What": f"0 to 100, derived by linernotes, version {version}; no service's own figure",
        },
        {"About": "Retrieved At", "What": "when the oldest value of the row was fetched, UTC"},
        {"About": "Written", "What": now},
        *({"About": f"Values of {name}", "What": _terms(workspace, name)} for name in used),
    ]
    return Sheets("Top artists", now, rows, about)


def _licences(workspace: Workspace, row: dict[str, Any]) -> dict[str, str]:
    known = workspace.settings.configs.providers
    return {"Licences": " | ".join(known[name].licence for name in row["sources"] if name in known)}


def _terms(workspace: Workspace, name: str) -> str:
    known = workspace.settings.configs.providers.get(name)
    return f"{known.licence}. {known.terms}" if known else ""
