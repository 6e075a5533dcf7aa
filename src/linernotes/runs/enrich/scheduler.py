"""Every provider asked side by side, each at its own rate: what one brings may be what another waits for."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from math import inf

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import instant
from linernotes.core.counts import ExtractStats
from linernotes.core.errors import AccessRefused, ConfigurationError, CoolingDown, ServiceTrouble, Stopped
from linernotes.core.values import WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers import open_provider
from linernotes.providers.http import ServiceClient, open_client
from linernotes.providers.http.call_journal import journal_path
from linernotes.providers.port import Provider
from linernotes.reports.service_levels import alarms
from linernotes.runs.enrich.budget import Budget, batch_size, calls_for, days_for, items_for
from linernotes.runs.enrich.extraction import Extraction
from linernotes.runs.enrich.queue import Selection, discover, waiting
from linernotes.runs.hub import build, is_built, publish
from linernotes.runs.lifecycle import ingest_landing, record_start
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.ledger import Standing, tomorrow
from linernotes.storage.workspace import Workspace

ROUND_ITEMS = 50_000  # what one provider is asked before the queue is looked at again; bounds memory
MEASURED_ITEMS = 1_000  # the same of one whose answers may not be kept in any number
MONEY_SPENT = "--max-cost pays for no more"
LOAD_SECONDS = 20.0  # how long an idle provider waits before it is seen whether others have brought work for it


@dataclass(frozen=True, slots=True)
class Round:
    """One round with one provider."""

    settings: ProviderSettings
    items: list[WorkItem]
    client: ServiceClient
    provider: Provider
    spool: Spool
    extraction: Extraction


@dataclass(slots=True)
class ProviderState:
    """One provider's part in a run; ``left`` of its limit, ``over`` when it is not to be asked any more.

    ``short`` says why the last round was, or would have been, one of fewer items than wait.
    """

    settings: ProviderSettings
    left: int | None
    over: bool = False
    short: str = ""
    round_: Round | None = None
    underway: Future[ExtractStats] | None = None

    @property
    def idle(self) -> bool:
        """Could it be asked now, if there is work?"""
        return self.underway is None and not self.over and self.left != 0

    @property
    def longest(self) -> int:
        """How many items one round of it may have."""
        most = MEASURED_ITEMS if self.settings.largest_store else ROUND_ITEMS
        return most if self.left is None else min(most, self.left)


def enrich_all(
    session: RunSession, providers: Iterable[ProviderSettings], selection: Selection, budget: Budget
) -> None:
    """Ask all providers until nobody has work left, then let what they brought reach the hub."""
    record_start(session, selection.window_start)
    states = [ProviderState(settings, budget.limit) for settings in providers]
    with ThreadPoolExecutor(max(1, len(states)), thread_name_prefix="provider") as pool:
        try:
            _side_by_side(session, states, selection, budget, pool)
        except BaseException:
            for state in states:  # a full disk, say: whoever is still round_ would go on for hours
                if state.round_:
                    state.round_.extraction.give_up()
            raise
    _raise_alarms(session)
    if session.stopped:
        raise session.stopped
    if session.ingested.files or not is_built(session):
        build(session)
    ledger.reconcile(session.workspace, session.report("ok"))
    if session.built_from:
        publish(session.workspace)


def _raise_alarms(session: RunSession) -> None:
    workspace = session.workspace
    if session.asked.total or session.partial:  # else nobody was called
        workspace.progress.say(
            *alarms(workspace.warehouse, workspace.settings.configs.slo.alerts, session.run.id, workspace.clock.now())
        )


def extract_provider(session: RunSession, settings: ProviderSettings, selection: Selection, budget: Budget) -> None:
    """Ask one provider and leave what it said in landing/."""
    record_start(session, selection.window_start)
    state = ProviderState(settings, budget.limit)
    items = _work(session, [state], selection)[settings.name]
    if round_ := _next_round(session, state, items, selection, budget):
        _finish(session, state, round_, _ask(session, round_), budget)
        if state.short and not state.over:
            session.partial.append(state.short)
    if session.stopped:
        raise session.stopped


def _side_by_side(
    session: RunSession, states: list[ProviderState], selection: Selection, budget: Budget, pool: ThreadPoolExecutor
) -> None:
    changed = True
    while True:
        idle = [state for state in states if state.idle] if changed and not session.stopped else []
        work = _work(session, idle, selection) if idle else {}
        for state in idle:
            items = work[state.settings.name]
            if _may_begin(state, states) and (round_ := _next_round(session, state, items, selection, budget)):
                state.round_, state.underway = round_, pool.submit(_ask, session, round_)
        underway = {state.underway: state for state in states if state.underway}
        if not underway:
            return
        waiting = any(state.idle for state in states)
        done, _ = wait(underway, timeout=LOAD_SECONDS if waiting else None, return_when=FIRST_COMPLETED)
        for future in done:
            _finish(session, underway[future], underway[future].round_, future.result(), budget)
        files = session.ingested.files
        if not session.stopped:
            ingest_landing(session)
        changed = bool(done) or session.ingested.files > files


def _may_begin(state: ProviderState, states: list[ProviderState]) -> bool:
    """Where a service's calls are numbered, one at a time spends them."""
    if state.settings.daily_calls is None:
        return True
    return all(other.underway is None for other in states if other.settings.service == state.settings.service)


def _work(session: RunSession, states: Iterable[ProviderState], selection: Selection) -> dict[str, list[WorkItem]]:
    """What each of them is to be asked next, looked up at once: most of a week nobody has work."""
    return discover(session.workspace.warehouse, {state.settings.name: state.longest for state in states}, selection)


def _next_round(
    session: RunSession, state: ProviderState, items: list[WorkItem], selection: Selection, budget: Budget
) -> Round | None:
    """The provider with the items it is to be asked next, ready to be asked; None while there is nothing to ask."""
    workspace, settings = session.workspace, state.settings
    if not items:
        return None
    standing = ledger.standing(workspace, settings)
    if not _may_ask(session, state, standing, len(items)):
        return None
    if not (items := _afforded(session, state, items, standing, selection, budget)):
        return None
    budget.cost.spend(settings, len(items))
    dataset = workspace.dataset(f"{settings.name}/{settings.dataset}")
    spool = Spool(workspace.lake, workspace.settings.spool, dataset, session.run, workspace.clock)
    summary = journal_path(workspace.settings.spool, settings.name, session.run.id)
    client = open_client(
        settings,
        workspace.clock,
        workspace.settings.user_agent,
        standing.calls_left,
        summary,
        session.queues.of(settings),
    )
    credentials = workspace.settings.credentials(settings)
    try:
        provider = open_provider(settings, credentials, client.session, standing.access_mode)
    except (AccessRefused, ConfigurationError, ServiceTrouble) as trouble:  # its own; the others can be asked
        client.settle()
        budget.cost.spend(settings, -len(items))
        state.over, session.trouble = True, session.trouble or trouble
        session.partial.append(trouble.message)
        return None
    extraction = Extraction(provider, spool, workspace.clock, settings.concurrency, budget.deadline)
    return Round(settings, items, client, provider, spool, extraction)


def _afforded(
    session: RunSession,
    state: ProviderState,
    items: list[WorkItem],
    standing: Standing,
    selection: Selection,
    budget: Budget,
) -> list[WorkItem]:
    """As many of the items as the day's calls and the money suffice for; without any the state is over."""
    workspace, settings = session.workspace, state.settings
    room, why = min(_by_calls(settings, standing), _by_money(settings, budget))
    state.short = ""
    if room < len(items):
        left_over = waiting(workspace.warehouse, [settings.name], selection)[settings.name].items - int(room)
        due = "" if why == MONEY_SPENT else _due(workspace, settings, standing, left_over)
        state.short = f"{settings.name}: {why}; {left_over:,} items wait{due}"
    if not room:
        state.over = True
        session.partial.append(state.short)
    return items[: int(min(room, len(items)))]


def _by_calls(settings: ProviderSettings, standing: Standing) -> tuple[float, str]:
    """The items that today's calls suffice for, and what is said when they are asked."""
    left = standing.calls_left
    items = inf if left is None else items_for(settings, left, batch_size(settings, standing))
    return items, f"today's {settings.daily_calls or 0:,} calls are used up"


def _by_money(settings: ProviderSettings, budget: Budget) -> tuple[float, str]:
    items = budget.cost.pays_for(settings)
    return inf if items is None else items, MONEY_SPENT


def _due(workspace: Workspace, settings: ProviderSettings, standing: Standing, waiting: int) -> str:
    days = days_for(settings, calls_for(settings, waiting, batch_size(settings, standing)), 0) - 1
    return f", due from {instant(tomorrow(workspace))}" + (f", over {days} days" if days > 1 else "")


def _may_ask(session: RunSession, state: ProviderState, standing: Standing, items: int) -> bool:
    """Is the provider usable now? If not, one client says why and the others go on."""
    settings = state.settings
    if missing := session.workspace.settings.missing(settings):
        state.over = True
        wanting = f"{', '.join(missing)} not set"
        if settings.optional:
            session.workspace.progress.say(f"{settings.name}: not asked, {wanting}; {items:,} items wait")
            return False
        session.partial.append(f"{settings.name}: skipped, {wanting}; {items} items wait")
        session.trouble = ConfigurationError(
            f"{settings.name}: {wanting}", "see .env.example, or try it with: linernotes demo"
        )
        return False
    if until := standing.cooling_down_until:
        state.over = True
        told = instant(until.replace(microsecond=0))
        session.partial.append(f"{settings.name}: parked until {told}; {items} items wait")
        return False
    if too_much := _too_much(session.workspace, settings):
        state.over = True
        session.partial.append(f"{settings.name}: {too_much}; {items} items wait")
        return False
    return True


def _too_much(workspace: Workspace, settings: ProviderSettings) -> str:
    """What is to be said of a provider of whose answers no more may be kept; empty while more may."""
    allowed = settings.largest_store
    stored = workspace.lake.size(settings.name) if allowed else 0
    if not allowed or stored <= allowed:
        return ""
    remedy = f"linernotes purge --provider {settings.name} --older-than 365d"
    return (
        f"its archive holds {stored / 1e6:,.1f} MB of the {allowed / 1e6:,.1f} MB that its terms allow, see: {remedy}"
    )


def _ask(session: RunSession, round_: Round) -> ExtractStats:
    """Ask, spool, land; in a thread of its own, so nothing in here touches the warehouse."""
    progress = session.workspace.progress
    task = progress.begin(f"asking {round_.settings.title}", len(round_.items))
    try:
        return round_.extraction.ask(round_.items, lambda number: progress.advance(task, number))
    finally:
        progress.end(task)


def _finish(
    session: RunSession, state: ProviderState, round_: Round | None, asked: ExtractStats, budget: Budget
) -> None:
    """Put what a round brought and what it cost into the books."""
    state.underway = state.round_ = None
    if round_ is None:
        return
    trouble, workspace, name = round_.extraction.trouble, session.workspace, state.settings.name
    until = trouble.until if isinstance(trouble, CoolingDown) else None
    calls = replace(round_.client.calls(), cooldown_until=until, access_mode=round_.provider.access_mode)
    ledger.write_calls(workspace, session.run.id, calls)
    round_.client.settle()
    session.asked += replace(asked, landed_lines=round_.spool.lines)
    state.left = None if state.left is None else state.left - asked.total
    budget.cost.spend(state.settings, asked.total - len(round_.items))
    state.over = trouble is not None or asked.total < len(round_.items)
    if isinstance(trouble, Stopped):
        workspace.progress.say(f"{name}: {round_.spool.lines:,} answers wait in landing/; the next command loads them")
        session.stopped = trouble
    elif state.over:
        session.partial.append(trouble.message if trouble else f"{name}: time is up")
        if trouble and not isinstance(trouble, CoolingDown):
            session.trouble = session.trouble or trouble
