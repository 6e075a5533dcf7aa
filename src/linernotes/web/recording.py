"""Counts what was sent and how long the answers took."""

import threading
from statistics import quantiles
from typing import Any

import requests

from linernotes.ports import Clock
from linernotes.values import Calls
from linernotes.web.sender import Sender

KEPT_LATENCIES = 100_000  # more than a day of calls at Spotify's rate


class Recording:
    """Sees every attempt on its own, without the waiting for our rate."""

    def __init__(self, inner: Sender, provider: str, clock: Clock) -> None:
        self._inner, self._provider, self._clock = inner, provider, clock
        self._lock = threading.Lock()
        self._calls = self._throttles = self._errors = 0
        self._latencies: list[float] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, counted."""
        began, status = self._clock.monotonic(), None
        try:
            response = self._inner.send(request, **options)
            status = response.status_code
            return response
        finally:
            self._count((self._clock.monotonic() - began) * 1000, status)

    def calls(self) -> Calls:
        """What was counted so far."""
        with self._lock:
            latencies = sorted(self._latencies)
        cuts = quantiles(latencies, n=20, method="inclusive") if len(latencies) > 1 else latencies * 19
        p50, p95 = (cuts[9], cuts[18]) if cuts else (None, None)
        slowest = latencies[-1] if latencies else None
        return Calls(self._provider, self._calls, self._throttles, self._errors, p50, p95, slowest)

    def _count(self, milliseconds: float, status: int | None) -> None:
        with self._lock:
            self._calls += 1
            self._throttles += status == 429
            self._errors += status is None or status >= 500
            if len(self._latencies) < KEPT_LATENCIES:
                self._latencies.append(round(milliseconds, 3))
