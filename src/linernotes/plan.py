"""What a run would ask of whom, and what that costs. Calls nobody, logs in nowhere."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from linernotes import books
from linernotes.contracts import ProviderSettings
from linernotes.discover import Selection, preview
from linernotes.house import House
from linernotes.values import WorkItem, instant

SHOWN_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """One provider's part of a run: ``row`` is the report's, ``first`` are the items it would begin with."""

    row: dict[str, Any]
    first: list[WorkItem]


def plan(
    house: House, provider: ProviderSettings, selection: Selection, limit: int | None = None, shown: int = SHOWN_ITEMS
) -> Plan:
    """Items, calls, minutes at its rate, what is left of its quota, and the price in US dollars."""
    seen = preview(house.warehouse, provider.name, selection, shown if limit is None else min(shown, limit))
    items = seen.items if limit is None else min(seen.items, limit)
    calls = ceil(items / _items_per_call(house, provider))
    row = {
        "provider": provider.name,
        "mode": selection.mode,
        "items": items,
        "calls": calls,
        "minutes": round(calls / provider.per_second / 60, 1),
        "quotaLeft": _quota(house, provider),
        "price": round(items * provider.price_per_thousand / 1000, 2),
        "note": _note(house, provider, selection, seen.older),
    }
    return Plan(row, seen.first)


def _items_per_call(house: House, provider: ProviderSettings) -> int:
    known = provider.mode if provider.mode != "auto" else books.capability(house, provider.name)
    return 1 if known == "development" else provider.batch_size


def _quota(house: House, provider: ProviderSettings) -> str:
    until = books.parked_until(house, provider.name)
    return f"none before {instant(until)}" if until else "unknown"


def _note(house: House, provider: ProviderSettings, selection: Selection, older: int) -> str:
    if house.settings.missing(provider):
        return "no credentials yet"
    if selection.mode == "incremental" and older:
        return f"{older} older artists wait for: linernotes run --mode backfill"
    if provider.mode == "auto" and not books.capability(house, provider.name):
        return f"a development app needs one call per {provider.entity}"
    return ""
