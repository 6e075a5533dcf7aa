"""Notices a storm: answers of a provider that are far from what it usually says.

When a service answers "not found" about everybody, the artists are still there: something is wrong with the service,
with what stands in front of it, or with our settings. Then nothing it says of single items can be believed.
"""

from collections import deque
from collections.abc import Iterable
from math import sqrt

from linernotes.config.providers import StormSettings
from linernotes.core.errors import CallFailed
from linernotes.core.values import Failed, Found, Missing, Outcome
from linernotes.storage.history import UsualShares

REASON = "storm"
STANDARD_DEVIATIONS = 4.0  # chance alone goes beyond them about once in 30,000 times
LONGEST_WINDOW = 5_000
THROTTLED = 429


class StormWatch:
    """Watches the answers of one provider over a run.

    Only what the service itself said of an item counts: neither items that were never sent, nor calls that failed
    as a whole, which are the circuit breaker's, nor items that were missing before and are missing still.

    ``known`` is an item that it has found. If it still does, the others may be unknown indeed: a service that waits for
    others is asked first about artists whom these do not know, and the end of a long queue is full of them. Without
    ``ask_again`` none is kept: a second answer costs money.
    """

    def __init__(self, settings: StormSettings, usual: UsualShares, *, ask_again: bool = True) -> None:
        self._fewest, self._usual, self._ask_again = settings.answers, usual, ask_again
        self.known = usual.known if ask_again else None
        self._kinds: deque[type[Outcome]] = deque(maxlen=LONGEST_WINDOW)
        self._batches = 0
        self.found = ""
        """The storm in words, such as ``20 of the last 20 answers are "not found", usually 1 %``; empty without one."""

    def see(self, outcomes: Iterable[Outcome], failure: CallFailed | None = None) -> None:
        """Take the outcomes of one batch into account, and the failure of its call if it failed."""
        outcomes = list(outcomes)
        if self._ask_again:
            self.known = next((each.item for each in outcomes if isinstance(each, Found)), self.known)
        kinds = [type(outcome) for outcome in outcomes if _counts(outcome, failure)]
        if not kinds or self.found:
            return
        self._batches += 1
        self._kinds.extend(kinds)
        window = list(self._kinds)[-max(self._fewest, len(kinds)) :]
        if len(window) >= self._fewest:
            self.found = self._storm_of(window)

    def calm(self) -> None:
        """It was no storm: believe the answers so far, and look again after twice as many."""
        self.found = ""
        self._kinds.clear()
        self._fewest *= 2

    def _storm_of(self, window: list[type[Outcome]]) -> str:
        size, misses, failures = len(window), window.count(Missing), window.count(Failed)
        if misses > size * _limit(self._usual.misses, size):
            return _words(misses, size, '"not found"', self._usual.misses)
        # A single bad answer can be that of a whole batch.
        if self._batches > 1 and failures > size * _limit(self._usual.failures, size):
            return _words(failures, size, "unusable", self._usual.failures)
        return ""


def _counts(outcome: Outcome, failure: CallFailed | None) -> bool:
    if isinstance(outcome, Failed):
        status = outcome.http_status
        of_the_call = failure is not None and not 400 <= (failure.status or 0) < 500
        return status is not None and status < 500 and status != THROTTLED and not of_the_call
    unsent = isinstance(outcome, Missing) and outcome.http_status is None
    return not unsent and outcome.item.status != "not_found"


def _limit(usual: float, answers: int) -> float:
    """The share that is no longer usual: half of what is left to 1, and more than chance explains in so few answers."""
    return usual + max((1 - usual) / 2, STANDARD_DEVIATIONS * sqrt(usual * (1 - usual) / answers))


def _words(number: int, answers: int, what: str, usual: float) -> str:
    return f"{number:,} of the last {answers:,} answers are {what}, usually {usual * 100:.0f} %"
