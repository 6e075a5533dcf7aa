"""Keeps to the provider's rate limit: no bursts, one queue for all threads."""

import threading
from collections.abc import Callable
from math import ceil
from typing import Any, cast

import requests
from pyrate_limiter import GCRA, InMemoryStateStore, Rate, RateItem, StateBucket

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock
from linernotes.core.errors import CoolingDown
from linernotes.providers.http.transport import Sender

HOUR_MS = 3_600_000


class Queue:
    """The queue for one service, shared by all its providers and all threads.

    A short Retry-After holds everybody in it, a cooldown closes it: whichever thread was told, it was meant for all.
    """

    def __init__(self, per_second: float) -> None:
        rate = Rate(ceil(per_second * 3600), HOUR_MS, burst=1)
        self._bucket = StateBucket([rate], GCRA(), InMemoryStateStore())
        self._turn, self._gate = threading.Lock(), threading.Lock()
        self._held_until = 0.0
        self._closed: CoolingDown | None = None

    def wait(self, clock: Clock) -> None:
        """Return when the rate allows the next call.

        Raises:
            CoolingDown: the service is closed; the call was not made.
        """
        with self._turn:  # waiting inside the lock keeps the order, and keeps a second waiter from polling
            while seconds := self._seconds_to_wait(clock):
                clock.sleep(seconds)

    def hold(self, until: float) -> None:
        """Let nobody call before that time of the monotonic clock."""
        with self._gate:
            self._held_until = max(self._held_until, until)

    def close(self, error: CoolingDown, record: Callable[[], None] | None = None) -> None:
        """Let nobody call until the cooldown is over, and ``record`` it before anybody looks again."""
        with self._gate:
            if record:
                record()
            self._closed = error

    def _seconds_to_wait(self, clock: Clock) -> float:
        """How long to wait before looking again; 0 if the turn has come."""
        with self._gate:
            if (closed := self._closed) and clock.now() < closed.until:
                raise CoolingDown(closed.message, closed.until, closed.reason, closed.status, asked=False)
            if (held := self._held_until - clock.monotonic()) > 0:
                return held
            if self._bucket.put(item := RateItem("call", int(clock.monotonic() * 1000))):
                return 0.0
            return max(1, cast("int", self._bucket.waiting(item))) / 1000


class Queues:
    """The queues of all services of a run."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}

    def of(self, settings: ProviderSettings) -> Queue:
        """The queue of a provider; providers of the same service share one."""
        return self._queues.setdefault(settings.service, Queue(settings.per_second))


class RateLimit:
    """Waits for its turn before every request, retries included."""

    def __init__(self, inner: Sender, queue: Queue, clock: Clock) -> None:
        self._inner, self._queue, self._clock = inner, queue, clock

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, once its turn has come."""
        self._queue.wait(self._clock)
        return self._inner.send(request, **options)
