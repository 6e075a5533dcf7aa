"""Extraction: fetch from a provider in batches; each item gets one outcome, on disk before the next call."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from linernotes.core.clock import SystemClock
from linernotes.core.counts import ExtractStats
from linernotes.core.errors import (
    LATER,
    AccessRefused,
    CallFailed,
    CoolingDown,
    ServiceDown,
    Stopped,
    UnusualAnswers,
)
from linernotes.core.steps import DETAIL, log_step
from linernotes.core.text import many
from linernotes.core.values import Failed, Found, Missing, Outcome, WorkItem
from linernotes.landing.spool import Spool
from linernotes.providers.answers import place_of
from linernotes.providers.port import BatchRefused, Provider
from linernotes.runs.enrich.doubts import Doubts
from linernotes.runs.enrich.results import BatchResult, Trouble
from linernotes.runs.enrich.storm import REASON, StormWatch

log = logging.getLogger(__name__)
GLANCE_SECONDS = 0.2  # how often signals and the deadline are checked while waiting for responses
LAST_GLANCES = 15  # three seconds for pending calls after a signal, so that they need not be repeated


@dataclass(frozen=True, slots=True)
class Until:
    """When no further call is made, by the monotonic clock, and the seconds then left to calls that are under way."""

    deadline: float | None = None
    grace: float = 10.0


NO_END = Until()


class Extraction:
    """Fetches many items from one provider.

    ``concurrency`` calls run at once if the provider takes items one by one; batches run one after the other. So a
    crash repeats at most one batch.

    Misses are spooled separately: they land at the end, or become failures in a storm. Those of a killed run land as
    they are.
    """

    def __init__(
        self,
        provider: Provider,
        spool: Spool,
        clock: SystemClock,
        concurrency: int,
        until: Until = NO_END,
        watch: StormWatch | None = None,
    ) -> None:
        self._provider, self._spool, self._clock = provider, spool, clock
        self._watch, self._misses, self._missing = watch, spool.aside(), list[Missing]()
        self._concurrency, self._deadline, self._grace = concurrency, until.deadline, until.grace
        self._doubts = Doubts()
        self.trouble: Trouble | None = None
        self._failure: CallFailed | None = None
        self._heard = False
        self._batches = 0
        self.seconds = 0.0  # how long ``ask`` took

    @property
    def lines(self) -> int:
        """The lines of all outcomes so far."""
        return self._spool.lines + self._misses.lines

    def ask(self, items: Iterable[WorkItem], answered: Callable[[int], None]) -> ExtractStats:
        """Fetch until items, time or quota run out; ``answered`` is called with each batch's number of outcomes."""
        queue, asked, glances, began = deque(items), ExtractStats(), LAST_GLANCES, self._clock.monotonic()
        pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="asking")
        underway: set[Future[BatchResult]] = set()
        try:
            while underway or (queue and not self._over()):
                while queue and not self._over() and len(underway) < self._width():
                    underway.add(pool.submit(self._fetch, self._next_batch(queue)))
                done, underway = wait(underway, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED)
                self._notice_signal()
                for future in done:
                    asked += self._keep(future.result(), queue, answered)
                self._spool.sync()
                self._misses.sync()
                glances -= isinstance(self.trouble, Stopped)
                if not glances or self._is_late(self._grace):
                    break
            asked += self._settle_doubts(answered)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._spool.seal()
            self._misses.seal()
            self.seconds = self._clock.monotonic() - began
        if self._failure and not self._heard and not self.trouble:
            # Even after a single call: a silent service must not look like success.
            self.trouble = ServiceDown(f"{self._failure.message}: every call failed", LATER)
        return asked

    def give_up(self) -> None:
        """Start no further calls and land the outcomes so far, because the run cannot continue."""
        self._deadline = self._clock.monotonic()

    def _fetch(self, items: list[WorkItem]) -> BatchResult:
        began = self._clock.monotonic()
        result = fetch_batch(self._provider, items)
        result.seconds = self._clock.monotonic() - began
        return result

    def _width(self) -> int:
        return self._concurrency if self._provider.batch_size == 1 else 1

    def _over(self) -> bool:
        return self._is_late() or self.trouble is not None

    def _is_late(self, by: float = 0.0) -> bool:
        return self._deadline is not None and self._clock.monotonic() >= self._deadline + by

    def _next_batch(self, queue: deque[WorkItem]) -> list[WorkItem]:
        return [queue.popleft() for _ in range(min(self._provider.batch_size, len(queue)))]

    def _notice_signal(self) -> None:
        try:
            self._clock.check()
        except Stopped as stopped:
            self.trouble = stopped

    def _settle_doubts(self, answered: Callable[[int], None]) -> ExtractStats:
        """Decide about the last calls that were refused: nothing more comes that could tell."""
        outcomes, trouble = self._doubts.settle()
        self.trouble = self.trouble or trouble
        recorded = [self._spool.answer(outcome) for outcome in outcomes if not self.trouble]
        answered(len(recorded))
        return count(recorded)

    def _keep(self, result: BatchResult, queue: deque[WorkItem], answered: Callable[[int], None]) -> ExtractStats:
        outcomes, trouble = self._doubts.weigh(result)
        recorded = [self._record(outcome) for outcome in outcomes]
        queue.extendleft(reversed(result.unasked))
        self.trouble = self.trouble or trouble
        self._failure = result.failure or self._failure
        self._heard = self._heard or not result.silent
        answered(len(recorded))
        counts = count(recorded)
        self._batches += 1
        text = f"{self._spool.origin['provider']} {self._batches}: {count_text(counts)}"
        fields = {**self._spool.origin, **counts_of(counts), "batch": self._batches, "seconds": result.seconds}
        log_step(log, "batch", text, DETAIL, **fields)
        return counts + self._watch_for_storm(outcomes, result.failure)

    def _record(self, outcome: Outcome) -> Outcome:
        if not isinstance(outcome, Missing) or outcome.http_status is None or self._watch is None:
            return self._spool.answer(outcome)
        if self._watch.found:
            return self._spool.answer(_doubted(outcome))
        self._missing.append(outcome)
        return self._misses.answer(outcome)

    def _watch_for_storm(self, outcomes: list[Outcome], failure: CallFailed | None) -> ExtractStats:
        """Turn the misses into failures if the answers are those of a storm; returns how that changes the counts."""
        if self._watch is None or self._watch.found:
            return ExtractStats()
        self._watch.see(outcomes, failure)
        if not self._watch.found:
            return ExtractStats()
        if (known := self._watch.known) and _is_found(fetch_batch(self._provider, [known])):
            self._watch.calm()
            return ExtractStats()
        self.trouble = self.trouble or storm_error(self._spool.origin["provider"], self._watch.found)
        for missing in self._missing:
            self._spool.answer(_doubted(missing))
        self._spool.sync()
        self._misses.discard()
        return ExtractStats(not_found=-len(self._missing), failed=len(self._missing))


def fetch_batch(provider: Provider, items: list[WorkItem]) -> BatchResult:
    """Fetch one batch; every item gets an outcome, and an item without a response has failed and is retried later."""
    result, trouble, reason, status = BatchResult(), None, "unanswered", None
    try:
        for outcome in provider.fetch(items):
            result.outcomes.append(outcome)
    except BatchRefused:
        result.unasked = _left(items, result.outcomes)
        return result
    except CallFailed as failed:
        result.failure, reason, status = failed, failed.reason, failed.status
        result.silent = status != 200 or any(item.reason != "retry" for item in items)
    except CoolingDown as cooling:
        if not cooling.asked:
            result.trouble = cooling
            return result
        trouble, reason, status = cooling, cooling.reason, cooling.status
    except (ServiceDown, AccessRefused, Stopped) as refused:
        # The service did not respond about these items; they keep their place in the queue.
        result.trouble, result.refused = refused, _left(items, result.outcomes)
        return result
    except Exception as error:
        # One unexpected body must not keep all other items from being fetched, run after run.
        items_left = many(len(_left(items, result.outcomes)), "item")
        log.warning("%s: %s; %s failed and will be retried", items[0].provider, place_of(error), items_left)
        reason = "unreadable"
    result.outcomes += [Failed(item, reason, status) for item in _left(items, result.outcomes)]
    result.trouble = trouble
    return result


def storm_error(provider: str, storm: str) -> UnusualAnswers:
    """The error that ends a provider's part because of a storm."""
    variable = f"LINERNOTES_{provider.upper()}__STORM__ANSWERS"
    return UnusualAnswers(
        f"{provider}: {storm}; nothing is marked as not found, the items are asked again in a day",
        f"look at what it answers: linernotes doctor; if it is right: {variable}=1000000 linernotes run",
    )


def _is_found(result: BatchResult) -> bool:
    return any(isinstance(outcome, Found) for outcome in result.outcomes)


def _doubted(missing: Missing) -> Failed:
    return Failed(missing.item, REASON, missing.http_status)


def count(outcomes: Iterable[Outcome]) -> ExtractStats:
    """Count the outcomes by kind."""
    kinds = [type(outcome) for outcome in outcomes]
    return ExtractStats(kinds.count(Found), kinds.count(Missing), kinds.count(Failed), len(kinds))


def counts_of(counts: ExtractStats) -> dict[str, int]:
    """The counts as fields of the log."""
    return {"asked": counts.total, "found": counts.found, "not_found": counts.not_found, "failed": counts.failed}


def count_text(counts: ExtractStats) -> str:
    """The counts in words."""
    return f"asked {counts.total:,}, found {counts.found:,}, not found {counts.not_found:,}, failed {counts.failed:,}"


def _left(items: Iterable[WorkItem], outcomes: Iterable[Outcome]) -> list[WorkItem]:
    answered = {outcome.item.key for outcome in outcomes}
    return [item for item in items if item.key not in answered]
