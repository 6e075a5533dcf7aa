"""Who is asked: each provider with its limits, its licence, since when, and when something is due there next."""

from typing import Any

from linernotes.config.providers import ProviderSettings
from linernotes.storage import ledger
from linernotes.storage.workspace import Workspace

SINCE = "select min(attemptedAt) as since from {lake}.lake_ops__attempts where provider = $provider"
NEXT = "select min(dueAt) as due from {hub}.hub_music__stg_enrichment_queue where provider = $provider and dueAt > $now"


SHORT = ("provider", "state", "missing", "nextDue", "licence")


def services(workspace: Workspace) -> list[dict[str, Any]]:
    """One row per provider, in the order of their names."""
    return [_row(workspace, provider) for provider in workspace.settings.configs.providers.values()]


def in_short(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What fits on a screen of it."""
    return [{name: row[name] for name in SHORT} for row in rows]


def _row(workspace: Workspace, provider: ProviderSettings) -> dict[str, Any]:
    since = next(workspace.warehouse.rows(SINCE, provider=provider.name))["since"]
    due = next(workspace.warehouse.rows(NEXT, provider=provider.name, now=workspace.clock.now()))["due"]
    missing, until = workspace.settings.missing(provider), ledger.cooling_down_until(workspace, provider)
    return {
        "provider": provider.name,
        "state": "off" if missing else f"parked until {until:%Y-%m-%d %H:%M}" if until else "on",
        "missing": missing,
        "since": since,
        "nextDue": due,
        "perSecond": provider.per_second,
        "perCall": provider.batch_size,
        "pricePerThousand": provider.price_per_thousand,
        "licence": provider.licence,
        "terms": provider.terms,
    }
