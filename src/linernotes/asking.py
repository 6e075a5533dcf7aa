"""Every provider asked side by side, each at its own rate: what one brings may be what another waits for."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from math import inf

from linernotes import books
from linernotes.budget import Budget, batch_size, calls_for, calls_left, days_for, items_for, tomorrow
from linernotes.contracts import ProviderSettings
from linernotes.discover import Selection, discover, waiting
from linernotes.errors import AccessRefused, ConfigurationError, Parked, ServiceTrouble, Stopped
from linernotes.extract import Extraction
from linernotes.house import House
from linernotes.land import Spool
from linernotes.pipeline import Walk, build, ingest_landing, is_built, open_books, publish
from linernotes.ports import Provider
from linernotes.providers import open_provider
from linernotes.slo import alarms
from linernotes.values import Asked, WorkItem, instant
from linernotes.web import Line, line_to
from linernotes.web.tallied import tally_of

ROUND_ITEMS = 50_000  # what one provider is asked before the queue is looked at again; bounds memory
MEASURED_ITEMS = 1_000  # the same of one whose answers may not be kept in any number
MONEY_SPENT = "--max-cost pays for no more"
LOAD_SECONDS = 20.0  # how long an idle provider waits before it is seen whether others have brought work for it


@dataclass(frozen=True, slots=True)
class Asking:
    """One round with one provider."""

    settings: ProviderSettings
    items: list[WorkItem]
    line: Line
    provider: Provider
    spool: Spool
    extraction: Extraction


@dataclass(slots=True)
class Turn:
    """One provider's part in a run; ``left`` of its limit, ``over`` when it is not to be asked any more.

    ``short`` says why the last round was, or would have been, one of fewer items than wait.
    """

    settings: ProviderSettings
    left: int | None
    over: bool = False
    short: str = ""
    asking: Asking | None = None
    underway: Future[Asked] | None = None

    @property
    def idle(self) -> bool:
        """Could it be asked now, if there is work?"""
        return self.underway is None and not self.over and self.left != 0

    @property
    def longest(self) -> int:
        """How many items one round of it may have."""
        most = MEASURED_ITEMS if self.settings.largest_store else ROUND_ITEMS
        return most if self.left is None else min(most, self.left)


def walk_all(walk: Walk, providers: Iterable[ProviderSettings], selection: Selection, budget: Budget) -> None:
    """Ask all providers until nobody has work left, then let what they brought reach the hub."""
    open_books(walk, selection.window_start)
    turns = [Turn(settings, budget.limit) for settings in providers]
    with ThreadPoolExecutor(max(1, len(turns)), thread_name_prefix="provider") as pool:
        try:
            _side_by_side(walk, turns, selection, budget, pool)
        except BaseException:
            for turn in turns:  # a full disk, say: whoever is still asking would go on for hours
                if turn.asking:
                    turn.asking.extraction.give_up()
            raise
    _raise_alarms(walk)
    if walk.stopped:
        raise walk.stopped
    if walk.ingested.files or not is_built(walk):
        build(walk)
    books.reconcile(walk.house, walk.report("ok"))
    if walk.built_from:
        publish(walk.house)


def _raise_alarms(walk: Walk) -> None:
    house = walk.house
    if walk.asked.total or walk.partial:  # else nobody was called
        house.tell.say(*alarms(house.warehouse, house.settings.configs.slo.alerts, walk.run.id, house.clock.now()))


def extract_one(walk: Walk, settings: ProviderSettings, selection: Selection, budget: Budget) -> None:
    """Ask one provider and leave what it said in landing/."""
    open_books(walk, selection.window_start)
    turn = Turn(settings, budget.limit)
    items = _work(walk, [turn], selection)[settings.name]
    if asking := _next_round(walk, turn, items, selection, budget):
        _finish(walk, turn, asking, _ask(walk, asking), budget)
        if turn.short and not turn.over:
            walk.partial.append(turn.short)
    if walk.stopped:
        raise walk.stopped


def _side_by_side(
    walk: Walk, turns: list[Turn], selection: Selection, budget: Budget, pool: ThreadPoolExecutor
) -> None:
    changed = True
    while True:
        idle = [turn for turn in turns if turn.idle] if changed and not walk.stopped else []
        work = _work(walk, idle, selection) if idle else {}
        for turn in idle:
            items = work[turn.settings.name]
            if _may_begin(turn, turns) and (asking := _next_round(walk, turn, items, selection, budget)):
                turn.asking, turn.underway = asking, pool.submit(_ask, walk, asking)
        underway = {turn.underway: turn for turn in turns if turn.underway}
        if not underway:
            return
        waiting = any(turn.idle for turn in turns)
        done, _ = wait(underway, timeout=LOAD_SECONDS if waiting else None, return_when=FIRST_COMPLETED)
        for future in done:
            _finish(walk, underway[future], underway[future].asking, future.result(), budget)
        files = walk.ingested.files
        if not walk.stopped:
            ingest_landing(walk)
        changed = bool(done) or walk.ingested.files > files


def _may_begin(turn: Turn, turns: list[Turn]) -> bool:
    """Where a service's calls are numbered, one at a time spends them."""
    if turn.settings.daily_calls is None:
        return True
    return all(other.underway is None for other in turns if other.settings.service == turn.settings.service)


def _work(walk: Walk, turns: Iterable[Turn], selection: Selection) -> dict[str, list[WorkItem]]:
    """What each of them is to be asked next, looked up at once: most of a week nobody has work."""
    return discover(walk.house.warehouse, {turn.settings.name: turn.longest for turn in turns}, selection)


def _next_round(walk: Walk, turn: Turn, items: list[WorkItem], selection: Selection, budget: Budget) -> Asking | None:
    """The provider with the items it is to be asked next, ready to be asked; None while there is nothing to ask."""
    house, settings = walk.house, turn.settings
    if not items or not _may_ask(walk, turn, len(items)):
        return None
    left = calls_left(house, settings)
    if not (items := _afforded(walk, turn, items, left, selection, budget)):
        return None
    budget.purse.spend(settings, len(items))
    dataset = house.dataset(f"{settings.name}/{settings.dataset}")
    spool = Spool(house.lake, house.settings.spool, dataset, walk.run, house.clock)
    tally = tally_of(house.settings.spool, settings.name, walk.run.id)
    line = line_to(settings, house.clock, house.settings.user_agent, left, tally, walk.queues.of(settings))
    credentials = house.settings.credentials(settings)
    try:
        provider = open_provider(settings, credentials, line.session, books.capability(house, settings))
    except (AccessRefused, ConfigurationError, ServiceTrouble) as trouble:  # its own; the others can be asked
        line.settle()
        budget.purse.spend(settings, -len(items))
        turn.over, walk.trouble = True, walk.trouble or trouble
        walk.partial.append(trouble.message)
        return None
    extraction = Extraction(provider, spool, house.clock, settings.concurrency, budget.deadline)
    return Asking(settings, items, line, provider, spool, extraction)


def _afforded(
    walk: Walk, turn: Turn, items: list[WorkItem], left: int | None, selection: Selection, budget: Budget
) -> list[WorkItem]:
    """As many of the items as the day's calls and the money suffice for; without any the turn is over."""
    house, settings = walk.house, turn.settings
    room, why = min(_by_calls(house, settings, left), _by_money(settings, budget))
    turn.short = ""
    if room < len(items):
        left_over = waiting(house.warehouse, [settings.name], selection)[settings.name].items - int(room)
        due = "" if why == MONEY_SPENT else _due(house, settings, left_over)
        turn.short = f"{settings.name}: {why}; {left_over:,} items wait{due}"
    if not room:
        turn.over = True
        walk.partial.append(turn.short)
    return items[: int(min(room, len(items)))]


def _by_calls(house: House, settings: ProviderSettings, left: int | None) -> tuple[float, str]:
    """The items that today's calls suffice for, and what is said when they are asked."""
    items = inf if left is None else items_for(settings, left, batch_size(house, settings))
    return items, f"today's {settings.daily_calls or 0:,} calls are used up"


def _by_money(settings: ProviderSettings, budget: Budget) -> tuple[float, str]:
    items = budget.purse.pays_for(settings)
    return inf if items is None else items, MONEY_SPENT


def _due(house: House, settings: ProviderSettings, waiting: int) -> str:
    days = days_for(settings, calls_for(settings, waiting, batch_size(house, settings)), 0) - 1
    return f", due from {instant(tomorrow(house))}" + (f", over {days} days" if days > 1 else "")


def _may_ask(walk: Walk, turn: Turn, items: int) -> bool:
    """Is the provider usable now? If not, one line says why and the others go on."""
    settings = turn.settings
    if missing := walk.house.settings.missing(settings):
        turn.over = True
        wanting = f"{', '.join(missing)} not set"
        if settings.optional:
            walk.house.tell.say(f"{settings.name}: not asked, {wanting}; {items:,} items wait")
            return False
        walk.partial.append(f"{settings.name}: skipped, {wanting}; {items} items wait")
        walk.trouble = ConfigurationError(
            f"{settings.name}: {wanting}", "see .env.example, or try it with: linernotes demo"
        )
        return False
    if until := books.parked_until(walk.house, settings):
        turn.over = True
        told = instant(until.replace(microsecond=0))
        walk.partial.append(f"{settings.name}: parked until {told}; {items} items wait")
        return False
    if too_much := _too_much(walk.house, settings):
        turn.over = True
        walk.partial.append(f"{settings.name}: {too_much}; {items} items wait")
        return False
    return True


def _too_much(house: House, settings: ProviderSettings) -> str:
    """What is to be said of a provider of whose answers no more may be kept; empty while more may."""
    allowed = settings.largest_store
    stored = house.lake.size(settings.name) if allowed else 0
    if not allowed or stored <= allowed:
        return ""
    remedy = f"linernotes purge --provider {settings.name} --older-than 365d"
    return (
        f"its archive holds {stored / 1e6:,.1f} MB of the {allowed / 1e6:,.1f} MB that its terms allow, see: {remedy}"
    )


def _ask(walk: Walk, asking: Asking) -> Asked:
    """Ask, spool, land; in a thread of its own, so nothing in here touches the warehouse."""
    tell = walk.house.tell
    task = tell.begin(f"asking {asking.settings.title}", len(asking.items))
    try:
        return asking.extraction.ask(asking.items, lambda number: tell.advance(task, number))
    finally:
        tell.end(task)


def _finish(walk: Walk, turn: Turn, asking: Asking | None, asked: Asked, budget: Budget) -> None:
    """Put what a round brought and what it cost into the books."""
    turn.underway = turn.asking = None
    if asking is None:
        return
    trouble, house, name = asking.extraction.trouble, walk.house, turn.settings.name
    until = trouble.until if isinstance(trouble, Parked) else None
    calls = replace(asking.line.calls(), cooldown_until=until, capability=asking.provider.capability)
    books.write_calls(house, walk.run.id, calls)
    asking.line.settle()
    walk.asked += replace(asked, landed_lines=asking.spool.lines)
    turn.left = None if turn.left is None else turn.left - asked.total
    budget.purse.spend(turn.settings, asked.total - len(asking.items))
    turn.over = trouble is not None or asked.total < len(asking.items)
    if isinstance(trouble, Stopped):
        house.tell.say(f"{name}: {asking.spool.lines:,} answers wait in landing/; the next command loads them")
        walk.stopped = trouble
    elif turn.over:
        walk.partial.append(trouble.message if trouble else f"{name}: time is up")
        if trouble and not isinstance(trouble, Parked):
            walk.trouble = walk.trouble or trouble
