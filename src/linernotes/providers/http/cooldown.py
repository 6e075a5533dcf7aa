"""When a service is left alone, and until when: after a quota, a ban or a Retry-After that is too long to wait for."""

from datetime import datetime, timedelta
from typing import Protocol

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock, instant
from linernotes.core.errors import CoolingDown
from linernotes.providers.http.rate_limit import Queue

LONGEST_COOLDOWN = 366 * 86_400.0  # longer ones are mistakes of the service, and could overflow a date
COOLDOWN_REASONS = {
    "quota_exceeded": "quota used up",
    "rate_limited": "rate limited",
    "out_of_credit": "out of credit",
}


class Journal(Protocol):
    """Where a cooldown is noted on disk."""

    def note_cooldown(self, until: datetime) -> None:
        """Write it down, so that no crash loses it."""


class Cooldowns:
    """Closes a service's queue for all threads; the cooldown is on disk before the next of them may call."""

    def __init__(self, provider: str, queue: Queue, clock: Clock, journal: Journal | None = None) -> None:
        self._provider, self._queue, self._clock, self._journal = provider, queue, clock, journal

    def begin(self, reason: str, seconds: float, status: int = 429) -> CoolingDown:
        """Begin a cooldown and return the error that ends the provider's run."""
        error = cooling_down(self._provider, reason, seconds, self._clock, status)
        journal = self._journal
        self._queue.close(error, (lambda: journal.note_cooldown(error.until)) if journal else None)
        return error

    def hold(self, seconds: float) -> None:
        """Let no thread call before a short Retry-After is over: the service has shut out all of them."""
        self._queue.hold(self._clock.monotonic() + seconds)


def cooling_down(provider: str, reason: str, seconds: float, clock: Clock, status: int = 429) -> CoolingDown:
    """The error that ends a provider's run: no call for ``seconds``; ``reason`` is a key of COOLDOWN_REASONS."""
    until = clock.now() + timedelta(seconds=min(seconds, LONGEST_COOLDOWN))
    message = f"{provider}: {COOLDOWN_REASONS[reason]}; no calls until {instant(until.replace(microsecond=0))}"
    return CoolingDown(message, until, reason, status)


def is_too_long(wait: float, settings: ProviderSettings) -> bool:
    """Whether a service asks for a longer wait than a run spends on it: then it cools down instead."""
    return wait > settings.longest_wait
