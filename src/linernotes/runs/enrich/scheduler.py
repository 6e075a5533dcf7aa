"""Runs all providers at once, each at its own rate; results of one can be new items for another."""

import logging
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from linernotes.config.providers import ProviderSettings
from linernotes.core.counts import ExtractStats, LoadStats
from linernotes.core.steps import log_step
from linernotes.reports.service_levels import alarms
from linernotes.runs.enrich.budget import Budget
from linernotes.runs.enrich.queue import Selection, discover
from linernotes.runs.enrich.rounds import Enrichment, ProviderState, Round, close_round, is_equipped, open_round
from linernotes.runs.hub import build, is_built, publish, refresh
from linernotes.runs.lifecycle import ingest_landing, record_start
from linernotes.runs.session import RunSession
from linernotes.storage import ledger
from linernotes.storage.history import usual_shares

log = logging.getLogger(__name__)
LOAD_SECONDS = 20.0  # how long an idle provider waits before new results are loaded, which may hold items for it


def enrich_all(
    session: RunSession, providers: Iterable[ProviderSettings], selection: Selection, budget: Budget
) -> None:
    """Fetch from all providers until none has items left, then build the hub from their results."""
    record_start(session, selection.window_start)
    states = [ProviderState(settings, budget.limit) for settings in providers]
    with ThreadPoolExecutor(max(1, len(states)), thread_name_prefix="provider") as pool:
        try:
            _side_by_side(Enrichment(session, selection, budget), states, pool)
        except BaseException:
            for state in states:  # e.g. a full disk: the others would continue for hours
                if state.current:
                    state.current.extraction.give_up()
            raise
    _raise_alarms(session)
    if session.stopped:
        raise session.stopped
    if session.ingested.files or not is_built(session):
        build(session)
    ledger.reconcile(session.workspace, session.report)
    if session.built_from:
        publish(session.workspace)


def extract_provider(session: RunSession, settings: ProviderSettings, selection: Selection, budget: Budget) -> None:
    """Fetch from one provider and leave its responses in landing/."""
    record_start(session, selection.window_start)
    enrichment, state = Enrichment(session, selection, budget), ProviderState(settings, budget.limit)
    _open_rounds(enrichment, [state], [state])
    if state.current:
        close_round(enrichment, state, state.current, _ask(session, state.settings, state.current))
        if state.shortfall and not state.over:
            session.partial.append(state.shortfall)
    if session.stopped:
        raise session.stopped


def _side_by_side(enrichment: Enrichment, states: list[ProviderState], pool: ThreadPoolExecutor) -> None:
    session, changed = enrichment.session, True
    while True:
        if changed and not session.stopped:
            _open_rounds(enrichment, [state for state in states if state.idle], states)
        for state in states:
            if state.current and not state.underway:
                state.underway = pool.submit(_ask, session, state.settings, state.current)
        underway = {state.underway: state for state in states if state.underway}
        if not underway:
            return
        waiting = any(state.idle for state in states)
        wait(underway, timeout=LOAD_SECONDS if waiting else None, return_when=FIRST_COMPLETED)
        # What comes in within the time that a look into the queue takes is looked at together.
        done, _ = wait(underway, timeout=min(enrichment.look_seconds, LOAD_SECONDS))
        for state in (underway[future] for future in done):
            if state.current and state.underway:
                close_round(enrichment, state, state.current, state.underway.result())
        loaded = LoadStats() if session.stopped else ingest_landing(session)
        enrichment.loads.update(name.partition("/")[0] for name in loaded.datasets)
        changed = bool(done) or loaded.files > 0


def _open_rounds(enrichment: Enrichment, idle: list[ProviderState], states: list[ProviderState]) -> None:
    """Open a round for each idle provider with items; the queue and the ledger are read once for all of them.

    The queue is not read for providers to which nothing was told since it was last read for them.
    """
    curious = [state for state in idle if state.may_have_items(enrichment.loads)]
    if not curious:
        return
    workspace = enrichment.session.workspace
    looked = workspace.clock.monotonic()
    refresh(enrichment.session)
    limits, began = {each.settings.name: each.most_items for each in curious}, workspace.clock.monotonic()
    work = discover(workspace.warehouse, limits, enrichment.selection)
    items = {name: len(found) for name, found in work.items() if found}
    text = ", ".join(f"{number:,} for {name}" for name, number in items.items()) or "nothing"
    ended = workspace.clock.monotonic()
    enrichment.look_seconds = max(enrichment.look_seconds, ended - looked)
    log_step(log, "discover", text, items=items, seconds=ended - began)
    for state in curious:
        state.look(enrichment.loads, len(work[state.settings.name]))
    # Nothing is looked up of a provider that is not set up: it is not asked, however many items it has.
    found = [state for state in curious if state.settings.name in items]
    ready = [state for state in found if is_equipped(enrichment.session, state, items[state.settings.name])]
    standings = ledger.standings(workspace, [state.settings for state in ready]) if ready else {}
    if unknown := [state.settings for state in ready if state.settings.name not in enrichment.usual]:
        enrichment.usual.update(usual_shares(workspace, unknown, enrichment.session.run.id))
    for state in ready:
        name = state.settings.name
        if _may_begin(state, states):
            state.current = open_round(enrichment, state, work[name], standings[name])
        if state.current is None or len(state.current.items) < len(work[name]):
            state.looked = None  # there is a rest


def _may_begin(state: ProviderState, states: list[ProviderState]) -> bool:
    """Whether no other provider is using the daily quota of the same service at the moment."""
    if state.settings.daily_calls is None:
        return True
    return all(other.current is None for other in states if other.settings.service == state.settings.service)


def _ask(session: RunSession, settings: ProviderSettings, current: Round) -> ExtractStats:
    """Fetch, spool and land. Runs in a thread of its own, so it must not touch the warehouse."""
    progress = session.workspace.progress
    step = progress.begin(f"fetching from {settings.title}", len(current.items))
    try:
        return current.extraction.ask(current.items, lambda number: progress.advance(step, number))
    finally:
        progress.end(step)


def _raise_alarms(session: RunSession) -> None:
    """Print the alarms of slo.yaml whose limit the run has reached."""
    workspace = session.workspace
    if session.asked.total or session.partial:  # otherwise no call was made
        rules, now = workspace.settings.configs.slo.alerts, workspace.clock.now()
        workspace.progress.say(*alarms(workspace.warehouse, rules, session.run.id, now))
