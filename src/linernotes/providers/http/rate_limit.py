"""Keeps to the provider's rate limit: no bursts, one queue for all threads."""

import threading
from math import ceil
from typing import Any, cast

import requests
from pyrate_limiter import GCRA, InMemoryStateStore, Rate, RateItem, StateBucket

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock
from linernotes.providers.http.transport import Sender

HOUR_MS = 3_600_000


class Queue:
    """The queue for one service, shared by all its providers and all threads."""

    def __init__(self, per_second: float) -> None:
        rate = Rate(ceil(per_second * 3600), HOUR_MS, burst=1)
        self._bucket = StateBucket([rate], GCRA(), InMemoryStateStore())
        self._turn = threading.Lock()

    def wait(self, clock: Clock) -> None:
        """Return when the rate allows the next call."""
        with self._turn:  # waiting inside the lock keeps the order, and keeps a second waiter from polling
            while not self._bucket.put(item := RateItem("call", int(clock.monotonic() * 1000))):
                clock.sleep(max(1, cast("int", self._bucket.waiting(item))) / 1000)


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
