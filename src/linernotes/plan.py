"""What a run would ask of whom, and what that costs. Calls nobody, logs in nowhere."""

from math import ceil
from typing import Any

from linernotes import books
from linernotes.contracts import ProviderSettings
from linernotes.discover import Selection, discover, outside_window, waiting
from linernotes.house import House
from linernotes.values import WorkItem, instant

SHOWN_ITEMS = 10


def plan(house: House, provider: ProviderSettings, selection: Selection, limit: int | None = None) -> dict[str, Any]:
    """One provider's row: items, calls, minutes at its rate, what is left of its quota, and the price in US dollars."""
    found = waiting(house.warehouse, provider.name, selection)
    items = found if limit is None else min(found, limit)
    calls = ceil(items / _items_per_call(house, provider))
    return {
        "provider": provider.name,
        "mode": selection.mode,
        "items": items,
        "calls": calls,
        "minutes": round(calls / provider.per_second / 60, 1),
        "quotaLeft": _quota(house, provider),
        "price": round(items * provider.price_per_thousand / 1000, 2),
        "note": _note(house, provider, selection),
    }


def preview(house: House, provider: ProviderSettings, selection: Selection, limit: int | None) -> list[WorkItem]:
    """The first items a run would ask about."""
    shown = SHOWN_ITEMS if limit is None else min(SHOWN_ITEMS, limit)
    return discover(house.warehouse, provider.name, selection, shown)


def _items_per_call(house: House, provider: ProviderSettings) -> int:
    known = provider.mode if provider.mode != "auto" else books.capability(house, provider.name)
    return 1 if known == "development" else provider.batch_size


def _quota(house: House, provider: ProviderSettings) -> str:
    until = books.parked_until(house, provider.name)
    return f"none before {instant(until)}" if until else "unknown"


def _note(house: House, provider: ProviderSettings, selection: Selection) -> str:
    if house.settings.missing(provider):
        return "no credentials yet"
    if selection.mode == "incremental" and (older := outside_window(house.warehouse, provider.name, selection)):
        return f"{older} older artists wait for: linernotes run --mode backfill"
    if provider.mode == "auto" and not books.capability(house, provider.name):
        return f"a development app needs one call per {provider.entity}"
    return ""
