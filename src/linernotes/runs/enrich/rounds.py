"""One round with one provider: may it be asked now, about how many items, and what it left behind."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from math import inf

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.counts import ExtractStats
from linernotes.core.errors import (
    AccessRefused,
    ConfigurationError,
    CoolingDown,
    LinernotesError,
    ServiceTrouble,
    Stopped,
)
from linernotes.core.values import WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.http.call_journal import journal_path
from linernotes.providers.port import Provider
from linernotes.runs.enrich.budget import Budget, batch_size, calls_for, days_for, items_for
from linernotes.runs.enrich.extraction import Extraction
from linernotes.runs.enrich.queue import Selection, waiting
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.ledger import Standing, tomorrow
from linernotes.storage.workspace import Workspace

ROUND_ITEMS = 50_000  # items of one provider between two looks at the queue; bounds memory
MEASURED_ITEMS = 1_000  # the same for a provider whose stored answers are limited by its terms
MONEY_SPENT = "--max-cost pays for no more"


@dataclass(frozen=True, slots=True)
class Asking:
    """What all rounds of a run share."""

    session: RunSession
    selection: Selection
    budget: Budget


@dataclass(frozen=True, slots=True)
class Round:
    """One provider, opened and ready to be asked about its items."""

    items: list[WorkItem]
    client: ServiceClient
    provider: Provider
    spool: Spool
    extraction: Extraction


@dataclass(slots=True)
class ProviderState:
    """One provider's part in a run: ``left`` of its limit, ``over`` once it is not asked any more.

    ``shortfall`` says why the last round had, or would have had, fewer items than are waiting.
    """

    settings: ProviderSettings
    left: int | None
    over: bool = False
    shortfall: str = ""
    current: Round | None = None
    underway: Future[ExtractStats] | None = None

    @property
    def idle(self) -> bool:
        """Whether it could be asked now, if there is work."""
        return self.underway is None and not self.over and self.left != 0

    @property
    def most_items(self) -> int:
        """The items that its next round may have at most."""
        most = MEASURED_ITEMS if self.settings.largest_store else ROUND_ITEMS
        return most if self.left is None else min(most, self.left)


def open_round(asking: Asking, state: ProviderState, items: list[WorkItem], standing: Standing) -> Round | None:
    """A round over as many of the items as may be asked now; None if none may be, and the session says why."""
    if not items or not _may_ask(asking, state, standing, len(items)):
        return None
    affordable = _affordable(asking, state, items, standing)
    if not affordable:
        return None
    try:
        return _open(asking, state.settings, affordable, standing)
    except (AccessRefused, ConfigurationError, ServiceTrouble) as trouble:  # this provider's; the others go on
        _end(asking.session, state, trouble.message, trouble)
        return None


def close_round(asking: Asking, state: ProviderState, current: Round, asked: ExtractStats) -> None:
    """Record what a round brought and what it cost, and decide whether its provider is asked again in this run."""
    session, trouble, name = asking.session, current.extraction.trouble, state.settings.name
    state.underway = state.current = None
    until = trouble.until if isinstance(trouble, CoolingDown) else None
    calls = replace(current.client.calls(), cooldown_until=until, access_mode=current.provider.access_mode)
    ledger.write_calls(session.workspace, session.run.id, calls)
    current.client.settle()
    session.asked += replace(asked, landed_lines=current.spool.lines)
    state.left = None if state.left is None else state.left - asked.total
    asking.budget.cost.spend(state.settings, asked.total - len(current.items))
    if isinstance(trouble, Stopped):
        lines = f"{name}: {current.spool.lines:,} answers wait in landing/; the next command loads them"
        session.workspace.progress.say(lines)
        state.over, session.stopped = True, trouble
    elif trouble:
        _end(session, state, trouble.message, None if isinstance(trouble, CoolingDown) else trouble)
    elif asked.total < len(current.items):
        _end(session, state, f"{name}: time is up")


def _open(asking: Asking, settings: ProviderSettings, items: list[WorkItem], standing: Standing) -> Round:
    session, workspace = asking.session, asking.session.workspace
    dataset = workspace.dataset(f"{settings.name}/{settings.dataset}")
    spool = Spool(workspace.lake, workspace.settings.spool, dataset, session.run, workspace.clock)
    journal = journal_path(workspace.settings.spool, settings.name, session.run.id)
    agent, queue = workspace.settings.user_agent, session.queues.of(settings)
    client = open_client(settings, workspace.clock, agent, standing.calls_left, journal, queue)
    try:
        credentials = workspace.settings.credentials(settings)
        provider = open_provider(settings, credentials, client.session, standing.access_mode)
    except LinernotesError:
        client.settle()
        raise
    asking.budget.cost.spend(settings, len(items))
    extraction = Extraction(provider, spool, workspace.clock, settings.concurrency, asking.budget.deadline)
    return Round(items, client, provider, spool, extraction)


def _may_ask(asking: Asking, state: ProviderState, standing: Standing, items: int) -> bool:
    """Whether the provider can be asked now; if not, the session says why and the others go on."""
    session, settings = asking.session, state.settings
    if missing := session.workspace.settings.missing(settings):
        unset = f"{', '.join(missing)} not set"
        if settings.optional:
            state.over = True
            session.workspace.progress.say(f"{settings.name}: not asked, {unset}; {items:,} items wait")
        else:
            error = ConfigurationError(f"{settings.name}: {unset}", "see .env.example, or try it with: linernotes demo")
            _end(session, state, f"{settings.name}: skipped, {unset}; {items} items wait", error)
    elif until := standing.cooling_down_until:
        end = instant(until.replace(microsecond=0))
        _end(session, state, f"{settings.name}: parked until {end}; {items} items wait")
    elif full := _store_limit_reached(session.workspace, settings):
        _end(session, state, f"{settings.name}: {full}; {items} items wait")
    return not state.over


def _end(session: RunSession, state: ProviderState, reason: str, error: LinernotesError | None = None) -> None:
    """Ask this provider no more in this run; the first error of a run is the one that it ends with."""
    state.over = True
    session.partial.append(reason)
    session.trouble = session.trouble or error


def _store_limit_reached(workspace: Workspace, settings: ProviderSettings) -> str:
    """The sentence for a provider of which no more answers may be stored; empty while more may."""
    allowed = settings.largest_store
    stored = workspace.lake.size(settings.name) if allowed else 0
    if not allowed or stored <= allowed:
        return ""
    remedy = f"linernotes purge --provider {settings.name} --older-than 365d"
    return (
        f"its archive holds {stored / 1e6:,.1f} MB of the {allowed / 1e6:,.1f} MB that its terms allow, see: {remedy}"
    )


def _affordable(asking: Asking, state: ProviderState, items: list[WorkItem], standing: Standing) -> list[WorkItem]:
    """As many of the items as the day's calls and the money pay for; without any the provider is done."""
    session, settings = asking.session, state.settings
    room, why = min(_by_calls(settings, standing), _by_money(settings, asking.budget))
    state.shortfall = ""
    if room < len(items):
        queued = waiting(session.workspace.warehouse, [settings.name], asking.selection)[settings.name].items
        left_over = queued - int(room)
        due = "" if why == MONEY_SPENT else _due(session.workspace, settings, standing, left_over)
        state.shortfall = f"{settings.name}: {why}; {left_over:,} items wait{due}"
    if not room:
        _end(session, state, state.shortfall)
    return items[: int(min(room, len(items)))]


def _by_calls(settings: ProviderSettings, standing: Standing) -> tuple[float, str]:
    """The items that today's calls pay for, and the sentence for when they are used up."""
    left = standing.calls_left
    items = inf if left is None else items_for(settings, left, batch_size(settings, standing))
    return items, f"today's {settings.daily_calls or 0:,} calls are used up"


def _by_money(settings: ProviderSettings, budget: Budget) -> tuple[float, str]:
    items = budget.cost.pays_for(settings)
    return inf if items is None else items, MONEY_SPENT


def _due(workspace: Workspace, settings: ProviderSettings, standing: Standing, items: int) -> str:
    days = days_for(settings, calls_for(settings, items, batch_size(settings, standing)), 0) - 1
    return f", due from {instant(tomorrow(workspace))}" + (f", over {days} days" if days > 1 else "")
