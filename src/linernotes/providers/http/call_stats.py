"""Counts the calls, and times the responses."""

import threading
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from statistics import quantiles
from typing import Any

import requests

from linernotes.core.clock import Clock
from linernotes.core.counts import RESPONSE_BUCKETS, Calls
from linernotes.providers.http.transport import Sender, wire_fault

BOUNDS = tuple(RESPONSE_BUCKETS.values())
KEPT_LATENCIES = 100_000  # more than a day of calls at Spotify's rate


class CallStats:
    """Counts and times every attempt, without the waits for our rate limit."""

    def __init__(self, inner: Sender, provider: str, clock: Clock) -> None:
        self._inner, self._provider, self._clock = inner, provider, clock
        self._lock = threading.Lock()
        self._calls = self._throttles = 0
        self._errors: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._buckets = [0] * (len(BOUNDS) + 1)  # not cumulative; the last has no bound
        self._seconds = 0.0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, counted."""
        began, status, fault = self._clock.monotonic(), None, "no_connection"
        try:
            response = self._inner.send(request, **options)
            status, fault = response.status_code, "server_error" if response.status_code >= 500 else ""
        except requests.RequestException as error:
            fault = wire_fault(error)
            raise
        else:
            return response
        finally:
            self._count(self._clock.monotonic() - began, status, fault)

    def calls(self) -> Calls:
        """The counts so far."""
        with self._lock:
            latencies = sorted(self._latencies)
            errors, within, seconds = dict(self._errors), tuple(accumulate(self._buckets[:-1])), self._seconds
            calls, throttles = self._calls, self._throttles
        cuts = quantiles(latencies, n=20, method="inclusive") if len(latencies) > 1 else latencies * 19
        p50, p95 = (cuts[9], cuts[18]) if cuts else (None, None)
        slowest = latencies[-1] if latencies else None
        failed = sum(errors.values())
        return Calls(self._provider, calls, throttles, failed, p50, p95, slowest, errors, within, seconds)

    def _count(self, seconds: float, status: int | None, fault: str) -> None:
        with self._lock:
            self._calls += 1
            self._throttles += status == 429
            if fault:
                self._errors[fault] += 1
            self._buckets[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds
            if len(self._latencies) < KEPT_LATENCIES:
                self._latencies.append(round(seconds * 1000, 3))
