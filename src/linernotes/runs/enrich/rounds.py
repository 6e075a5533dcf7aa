"""One round with one provider: open it if its limits allow, record its results when it ends."""

import logging
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from math import inf

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.counts import Calls, ExtractStats
from linernotes.core.errors import (
    AccessRefused,
    ConfigurationError,
    CoolingDown,
    LinernotesError,
    ServiceTrouble,
    Stopped,
    UnusualAnswers,
)
from linernotes.core.faults import fault_point
from linernotes.core.steps import log_step
from linernotes.core.values import WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.http.call_journal import journal_path
from linernotes.providers.port import Provider
from linernotes.runs.enrich.budget import Budget, batch_size, calls_for, days_for, items_for
from linernotes.runs.enrich.extraction import Extraction, Until, count_text, counts_of
from linernotes.runs.enrich.queue import Selection, count_pending
from linernotes.runs.enrich.storm import StormWatch
from linernotes.runs.retry import Retry, land_retry
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.history import UsualShares
from linernotes.storage.ledger import Standing, tomorrow
from linernotes.storage.workspace import Workspace

log = logging.getLogger(__name__)
ROUND_ITEMS = 50_000  # items of one provider between two reads of the queue; bounds memory
MEASURED_ITEMS = 1_000  # the same for a provider whose terms limit how much may be stored
MONEY_SPENT = "--max-cost is reached"


@dataclass(slots=True)
class Enrichment:
    """The state that all rounds of a run share."""

    session: RunSession
    selection: Selection
    budget: Budget
    loads: Counter[str] = field(default_factory=Counter)  # how often results of each provider were loaded
    usual: dict[str, UsualShares] = field(default_factory=dict)  # by provider, read once
    look_seconds: float = 1.0  # the longest that it took to look into the queue; a second until that is known


@dataclass(frozen=True, slots=True)
class Round:
    """One provider with its open client, the items to fetch and their extraction."""

    items: list[WorkItem]
    client: ServiceClient
    provider: Provider
    extraction: Extraction


@dataclass(slots=True)
class ProviderState:
    """One provider's part in a run: ``left`` is the rest of its limit, ``over`` is true once it is done.

    ``shortfall`` is the reason why the last round had, or would have had, fewer items than are pending.
    """

    settings: ProviderSettings
    left: int | None
    over: bool = False
    shortfall: str = ""
    current: Round | None = None
    underway: Future[ExtractStats] | None = None
    looked: int | None = None  # the loads that could bring it items, when the queue was last read for it
    watch: StormWatch | None = None
    misses: int = 0  # of its earlier rounds
    asked: set[str] = field(default_factory=set)  # the keys of its items so far

    @property
    def idle(self) -> bool:
        """Whether it could start a round now, if it has items."""
        return self.underway is None and not self.over and self.left != 0

    def may_have_items(self, loads: Counter[str]) -> bool:
        """Whether the queue can hold items for it: it was never read, or others have told of more since."""
        return self.looked is None or self.looked != self._helped(loads)

    def look(self, loads: Counter[str], found: int) -> None:
        """Note that the queue was read for it; of a full round there may be a rest."""
        self.looked = None if found == self.most_items else self._helped(loads)

    def _helped(self, loads: Counter[str]) -> int:
        return sum(loads[name] for name in self.settings.known_from)

    @property
    def most_items(self) -> int:
        """The maximum number of items in its next round."""
        most = MEASURED_ITEMS if self.settings.largest_store else ROUND_ITEMS
        return most if self.left is None else min(most, self.left)


def open_round(enrichment: Enrichment, state: ProviderState, items: list[WorkItem], standing: Standing) -> Round | None:
    """Open a round over as many items as the limits allow; None if they allow none, with the reason in the session.

    Whatever the queue says, nothing is asked twice in a run: a fault in it would cost money without end.
    """
    items = [item for item in items if item.key not in state.asked]
    if not items or not _may_ask(enrichment, state, standing, len(items)):
        return None
    affordable = _affordable(enrichment, state, items, standing)
    if not affordable:
        return None
    try:
        return _open(enrichment, state, affordable, standing)
    except (AccessRefused, ConfigurationError, ServiceTrouble) as trouble:  # ends this provider only
        _end(enrichment.session, state, trouble.message, trouble)
        return None


def close_round(enrichment: Enrichment, state: ProviderState, current: Round, asked: ExtractStats) -> None:
    """Record the results and the cost of a round, and decide whether its provider gets another one in this run."""
    session, trouble, name = enrichment.session, current.extraction.trouble, state.settings.name
    workspace = session.workspace
    state.underway = state.current = None
    until = trouble.until if isinstance(trouble, CoolingDown) else None
    calls = replace(current.client.calls(), cooldown_until=until, access_mode=current.provider.access_mode)
    ledger.write_calls(workspace, session.run.id, calls)
    fault_point("counted")
    current.client.settle()
    _log_round(session, name, asked, calls, current.extraction.seconds)
    session.asked += replace(asked, landed_lines=current.extraction.lines)
    state.left = None if state.left is None else state.left - asked.total
    enrichment.budget.cost.spend(state.settings, asked.total - len(current.items))
    if isinstance(trouble, Stopped):
        lines = f"{name}: {current.extraction.lines:,} responses are in landing/; the next command loads them"
        workspace.progress.say(lines)
        state.over, session.stopped = True, trouble
    elif trouble:
        if isinstance(trouble, UnusualAnswers) and state.misses:
            land_retry(session, Retry(name, session.run.started_at, workspace.clock.now(), run_id=session.run.id))
        _end(session, state, trouble.message, None if isinstance(trouble, CoolingDown) else trouble)
    elif asked.total < len(current.items):
        _end(session, state, f"{name}: stopped by --max-minutes")
    state.misses += asked.not_found


def _log_round(session: RunSession, name: str, asked: ExtractStats, calls: Calls, seconds: float) -> None:
    text = f"{name}: {count_text(asked)}; {calls.calls:,} calls, {calls.throttles:,} throttled, {calls.errors:,} errors"
    numbers = {"calls": calls.calls, "throttles": calls.throttles, "errors": calls.errors, "p95_ms": calls.p95}
    fields = {"run": session.run.id, "provider": name, **counts_of(asked), **numbers, "seconds": seconds}
    log_step(log, "extract", text, **fields)


def _open(enrichment: Enrichment, state: ProviderState, items: list[WorkItem], standing: Standing) -> Round:
    session, workspace, settings = enrichment.session, enrichment.session.workspace, state.settings
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
    enrichment.budget.cost.spend(settings, len(items))
    usual, free = enrichment.usual[settings.name], not settings.price_per_thousand
    watch = state.watch = state.watch or StormWatch(settings.storm, usual, ask_again=free)
    until = Until(enrichment.budget.deadline, settings.timeout)
    extraction = Extraction(provider, spool, workspace.clock, settings.concurrency, until, watch)
    state.asked.update(item.key for item in items)
    return Round(items, client, provider, extraction)


def is_equipped(session: RunSession, state: ProviderState, items: int) -> bool:
    """Whether a provider with so many items has all settings it needs; what is missing is told, and ends it."""
    settings, pending = state.settings, _pending(items)
    missing = session.workspace.settings.missing(settings)
    if not missing:
        return True
    unset = f"{', '.join(missing)} not set"
    if settings.optional:
        state.over = True
        session.workspace.progress.say(f"{settings.name}: skipped, {unset}; {pending}")
    else:
        remedy = "see .env.example, or try linernotes demo without any credentials"
        error = ConfigurationError(f"{settings.name}: {unset}", remedy)
        _end(session, state, f"{settings.name}: skipped, {unset}; {pending}", error)
    return False


def _may_ask(enrichment: Enrichment, state: ProviderState, standing: Standing, items: int) -> bool:
    """Whether the provider can be used now; if not, the reason goes into the session and the others continue."""
    session, settings, pending = enrichment.session, state.settings, _pending(items)
    if until := standing.cooling_down_until:
        end = instant(until.replace(microsecond=0))
        _end(session, state, f"{settings.name}: cooling down until {end}; {pending}")
    elif full := _store_limit_reached(session.workspace, settings):
        _end(session, state, f"{settings.name}: {full}; {pending}")
    return not state.over


def _end(session: RunSession, state: ProviderState, reason: str, error: LinernotesError | None = None) -> None:
    """Stop using this provider in this run; the first error of a run is the one it ends with."""
    state.over = True
    if reason not in session.partial:  # what is wrong with our own settings is wrong for several providers
        session.partial.append(reason)
    session.trouble = session.trouble or error


def _store_limit_reached(workspace: Workspace, settings: ProviderSettings) -> str:
    """The reason why no more data of a provider may be stored; empty if more may be."""
    allowed = settings.largest_store
    if not allowed:
        return ""
    providers = workspace.settings.configs.providers.values()
    stored = sum(workspace.lake.size(each.name) for each in providers if each.service == settings.service)
    if stored <= allowed:
        return ""
    remedy = f"linernotes purge --provider {settings.name} --older-than 365d"
    return (
        f"its archive ({stored / 1e6:,.1f} MB) exceeds the {allowed / 1e6:,.1f} MB that its terms of use allow; "
        f"to make room: {remedy}"
    )


def _affordable(
    enrichment: Enrichment, state: ProviderState, items: list[WorkItem], standing: Standing
) -> list[WorkItem]:
    """The first items that daily quota and money cover; if they cover none, the provider is done."""
    session, settings = enrichment.session, state.settings
    room, why = min(_by_calls(settings, standing), _by_money(settings, enrichment.budget))
    state.shortfall = ""
    if room < len(items):
        queued = count_pending(session.workspace.warehouse, [settings.name], enrichment.selection)[settings.name].items
        left_over = queued - int(room)
        due = "" if why == MONEY_SPENT else _due(session.workspace, settings, standing, left_over)
        state.shortfall = f"{settings.name}: {why}; {_pending(left_over)}{due}"
    if not room:
        _end(session, state, state.shortfall)
    return items[: int(min(room, len(items)))]


def _by_calls(settings: ProviderSettings, standing: Standing) -> tuple[float, str]:
    """The items that today's calls cover, and the reason to give once those are used up."""
    left = standing.calls_left
    items = inf if left is None else items_for(settings, left, batch_size(settings, standing))
    return items, f"the daily quota of {settings.daily_calls or 0:,} calls is used up"


def _by_money(settings: ProviderSettings, budget: Budget) -> tuple[float, str]:
    items = budget.cost.pays_for(settings)
    return inf if items is None else items, MONEY_SPENT


def _pending(items: int) -> str:
    return f"{items:,} items are pending" if items != 1 else "1 item is pending"


def _due(workspace: Workspace, settings: ProviderSettings, standing: Standing, items: int) -> str:
    days = days_for(settings, calls_for(settings, items, batch_size(settings, standing)), 0) - 1
    return f", due from {instant(tomorrow(workspace))}" + (f", over {days} days" if days > 1 else "")
