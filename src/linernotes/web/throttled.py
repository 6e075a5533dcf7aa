"""Never faster than the provider's rate: no bursts, one limiter for all threads."""

import threading
from math import ceil
from typing import Any, cast

import requests
from pyrate_limiter import GCRA, InMemoryStateStore, Rate, RateItem, StateBucket

from linernotes.ports import Clock
from linernotes.web.sender import Sender

HOUR_MS = 3_600_000


class Throttled:
    """Waits for its turn before every request, retries included."""

    def __init__(self, inner: Sender, per_second: float, clock: Clock) -> None:
        rate = Rate(ceil(per_second * 3600), HOUR_MS, burst=1)
        self._inner, self._clock = inner, clock
        self._bucket = StateBucket([rate], GCRA(), InMemoryStateStore())
        self._turn = threading.Lock()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, asked for in its turn."""
        with self._turn:  # waiting inside the lock keeps the order, and a second waiter from polling
            while not self._bucket.put(item := RateItem("call", int(self._clock.monotonic() * 1000))):
                self._clock.sleep(max(1, cast("int", self._bucket.waiting(item))) / 1000)
        return self._inner.send(request, **options)
