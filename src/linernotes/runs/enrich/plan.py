"""The plan of a run: calls, time and cost per provider. Makes no calls and needs no login."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.text import many
from linernotes.core.values import WorkItem
from linernotes.runs.enrich.budget import batch_size, calls_for, days_for, items_for
from linernotes.runs.enrich.queue import Pending, Selection, count_dependent, count_pending, discover
from linernotes.storage import ledger
from linernotes.storage.ledger import Standing
from linernotes.storage.workspace import Workspace

SHOWN_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for one provider, or the total; ``asked`` is false if a run would skip the provider.

    ``minutes`` follow from its rate limit, ``days`` from its daily quota; ``price_usd`` is in US dollars.
    """

    provider: str
    mode: str
    entity: str
    asked: bool
    items: int
    calls: int
    minutes: float
    days: int
    quota_left: str
    price_usd: float
    note: str

    @property
    def row(self) -> dict[str, Any]:
        """The plan as a row of the report."""
        return {
            "provider": self.provider,
            "mode": self.mode,
            "items": self.items,
            "calls": self.calls,
            "minutes": self.minutes,
            "days": self.days,
            "quotaLeft": self.quota_left,
            "priceUsd": self.price_usd,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """The providers whose results let others fetch more: names of those in the run, and a note per excluded one."""

    available: Sequence[str]
    excluded: Mapping[str, str]


def plan(
    workspace: Workspace, providers: Sequence[ProviderSettings], selection: Selection, limit: int | None = None
) -> list[Plan]:
    """Plan a run: items, calls, minutes, days, remaining quota and US dollars per provider.

    Items that depend on results of other providers are counted at their maximum, and so are calls.
    """
    others = _other_sources(providers, selection)
    seen = count_pending(workspace.warehouse, [*(each.name for each in providers), *others], selection)
    known = ledger.standings(workspace, providers)
    available = [
        each.name for each in providers if seen[each.name].items and _is_available(workspace, each, known[each.name])
    ]
    sources = Sources(available, _notes_by_provider(seen, others))
    return [_plan(workspace, each, known[each.name], selection, limit, seen[each.name], sources) for each in providers]


def exclusion_notes(workspace: Workspace, providers: Sequence[ProviderSettings], selection: Selection) -> list[str]:
    """A note for each provider with pending items that is not among these, although its results would help them."""
    others = _other_sources(providers, selection)
    seen = count_pending(workspace.warehouse, others, selection) if others else {}
    return list(_notes_by_provider(seen, others).values())


def total_of(plans: Sequence[Plan]) -> Plan:
    """The total over all providers that a run would use; they run at once, so the slowest decides the time."""
    asked = [each for each in plans if each.asked]
    skipped = [each.provider for each in plans if not each.asked]
    waits = not any(each.calls for each in asked) and any(each.calls for each in plans)
    without = f"{'nothing can be fetched ' if waits else ''}without {', '.join(skipped)}" if skipped else ""
    tracks = sum(each.items for each in asked if each.entity != "artist")
    more = "answers about tracks may add artists, who are asked about in the same run and not counted here"
    return Plan(
        provider="all",
        mode=plans[0].mode,
        entity="item",
        asked=bool(asked),
        items=sum(each.items for each in asked),
        calls=sum(each.calls for each in asked),
        minutes=max((each.minutes for each in asked), default=0.0),
        days=max((each.days for each in asked), default=0),
        quota_left="",
        price_usd=round(sum(each.price_usd for each in asked), 2),
        note="; ".join(filter(None, [without, more if tracks else ""])),
    )


def next_step(plans: Sequence[Plan], *, with_options: bool) -> str:
    """The line that names the next command; empty if there is nothing to do."""
    if any(each.calls for each in plans if each.asked):
        return f"next: linernotes run{', with the same options' if with_options else ''}"
    if any(each.calls for each in plans):
        return "next: add the missing credentials to .env (see .env.example); until then nothing can be fetched"
    return ""


def first_items(
    workspace: Workspace, plans: Sequence[Plan], selection: Selection, limit: int | None = None
) -> dict[str, list[WorkItem]]:
    """The first items that each provider would fetch, at most 10."""
    shown = SHOWN_ITEMS if limit is None else min(SHOWN_ITEMS, limit)
    limits = {each.provider: shown for each in plans if each.items}
    found = discover(workspace.warehouse, limits, selection) if limits else {}
    return {each.provider: found.get(each.provider, []) for each in plans}


def _other_sources(providers: Sequence[ProviderSettings], selection: Selection) -> list[str]:
    """The providers whose results these need, apart from these themselves."""
    known_from = {name for each in providers for name in each.known_from} if selection.takes_new else set()
    return sorted(known_from - {each.name for each in providers})


def _notes_by_provider(seen: Mapping[str, Pending], others: Sequence[str]) -> dict[str, str]:
    note = "{0} is not part of this run, and its {1} would bring more to fetch"
    return {name: note.format(name, many(seen[name].items, "pending item")) for name in others if seen[name].items}


def _plan(  # noqa: PLR0913, PLR0917 - they are independent of each other
    workspace: Workspace,
    provider: ProviderSettings,
    standing: Standing,
    selection: Selection,
    limit: int | None,
    seen: Pending,
    sources: Sources,
) -> Plan:
    needed = [name for name in sources.available if name in provider.known_from and name != provider.name]
    told = count_dependent(workspace.warehouse, provider, selection, needed)
    items = seen.items + told * (provider.chooses.per_artist if provider.chooses else 1)
    items = items if limit is None else min(items, limit)
    twice = _perhaps_twice(provider, seen, items)
    calls = calls_for(provider, items, batch_size(provider, standing)) + twice
    left, until = standing.calls_left, standing.cooling_down_until
    missing = workspace.settings.missing(provider)
    days = _days(workspace, provider, calls, left, until)
    notes = [
        f"skipped: {', '.join(missing)} not set" if missing else "",
        _dependent_note(items - seen.items, needed),
        f"{twice:,} of these calls only where it does not know the barcode" if twice else "",
        _first_day_note(provider, standing, items) if days > 1 and not until else "",
        *(line for name, line in sources.excluded.items() if name in provider.known_from),
        "" if missing else _older_note(selection, seen),
        _access_note(provider, standing) if calls else "",
    ]
    return Plan(
        provider=provider.name,
        mode=selection.mode,
        entity=provider.entity,
        asked=not missing,
        items=items,
        calls=calls,
        minutes=round(calls / provider.per_second / 60, 1),
        days=days,
        quota_left=_quota(left, until),
        price_usd=round(items * provider.price_per_thousand / 1000, 2),
        note="; ".join(filter(None, notes)),
    )


def _perhaps_twice(provider: ProviderSettings, seen: Pending, items: int) -> int:
    """The calls that an item with a barcode takes only if nothing has that; of items to come nobody knows whether."""
    return provider.calls_by_barcode * min(items, seen.barcodes + max(0, items - seen.items))


def _is_available(workspace: Workspace, provider: ProviderSettings, standing: Standing) -> bool:
    return not workspace.settings.missing(provider) and not standing.cooling_down_until


def _days(
    workspace: Workspace, provider: ProviderSettings, calls: int, left: int | None, until: datetime | None
) -> int:
    """The days the provider takes, from today; days of cooling down count."""
    cooling = (until.date() - workspace.clock.now().date()).days if until and calls else 0
    if left is None:
        return cooling + (calls > 0)
    return cooling + days_for(provider, calls, (provider.daily_calls or 0) if cooling else left)


def _quota(left: int | None, until: datetime | None) -> str:
    if until:
        return f"none until {instant(until)}"
    return "unknown" if left is None else f"{left:,} calls today"


def _dependent_note(dependent: int, needed: Sequence[str]) -> str:
    return f"up to {dependent:,} of these depend on results from {', '.join(needed)}" if dependent > 0 else ""


def _first_day_note(provider: ProviderSettings, standing: Standing, items: int) -> str:
    today = items_for(provider, standing.calls_left or 0, batch_size(provider, standing))
    return f"{min(items, today):,} of these today"


def _older_note(selection: Selection, seen: Pending) -> str:
    older = seen.older if selection.part == "incremental" else 0
    return f"{many(older, 'older artist')} not included; to fetch them: linernotes run --mode backfill" if older else ""


def _access_note(provider: ProviderSettings, standing: Standing) -> str:
    has_modes = "mode" in provider.model_fields_set
    unknown = has_modes and provider.mode == "auto" and not standing.access_mode
    return f"Spotify apps in development mode need one call per {provider.entity}" if unknown else ""
