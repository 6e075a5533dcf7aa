"""The status of each provider: limits, licence, first use, and when the next item is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from linernotes.config.providers import ProviderSettings
from linernotes.reports.rows import rows_of
from linernotes.storage.ledger import Standing, standings
from linernotes.storage.workspace import Workspace


class FirstAttempt(TypedDict):
    """The first use of a provider."""

    provider: str
    since: datetime


class NextDue(TypedDict):
    """The instant at which a provider's next item is due."""

    provider: str
    due: datetime


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """One provider: its state, its limits, its licence and its terms.

    ``missing`` names the variables it still needs; prices are US dollars per thousand items.
    """

    provider: str
    state: str
    missing: list[str]
    since: datetime | None
    next_due: datetime | None
    per_second: float
    per_call: int
    price_per_thousand: float
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """The part of a provider's status that fits a terminal."""

    provider: str
    state: str
    missing: list[str]
    next_due: datetime | None
    licence: str


def provider_statuses(workspace: Workspace) -> list[ProviderStatus]:
    """The status of each provider, in the order of their names."""
    providers, warehouse = workspace.settings.configs.providers.values(), workspace.warehouse
    since = {row["provider"]: row["since"] for row in rows_of(FirstAttempt, warehouse, "provider_first_attempts")}
    next_due = rows_of(NextDue, warehouse, "provider_next_due", now=workspace.clock.now())
    due = {row["provider"]: row["due"] for row in next_due}
    known = standings(workspace, providers)
    return [_status(workspace, each, known[each.name], since.get(each.name), due.get(each.name)) for each in providers]


def provider_summaries(statuses: list[ProviderStatus]) -> list[ProviderSummary]:
    """The statuses cut to the columns that fit a terminal."""
    return [ProviderSummary(each.provider, each.state, each.missing, each.next_due, each.licence) for each in statuses]


def _status(
    workspace: Workspace,
    provider: ProviderSettings,
    standing: Standing,
    since: datetime | None,
    next_due: datetime | None,
) -> ProviderStatus:
    missing, until = workspace.settings.missing(provider), standing.cooling_down_until
    return ProviderStatus(
        provider=provider.name,
        state="off" if missing else f"cooling down until {until:%Y-%m-%d %H:%M}" if until else "on",
        missing=missing,
        since=since,
        next_due=next_due,
        per_second=provider.per_second,
        per_call=provider.batch_size,
        price_per_thousand=provider.price_per_thousand,
        licence=provider.licence,
        terms=provider.terms,
    )
