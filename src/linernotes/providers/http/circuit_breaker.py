"""Stops calling a service for a while after repeated failures, and gives up if it is still down afterwards."""

import threading
from typing import Any
from urllib.parse import urlsplit

import requests

from linernotes.config.providers import BreakerSettings
from linernotes.core.clock import Clock
from linernotes.core.errors import LATER, CallFailed, ServiceDown
from linernotes.providers.http.transport import Sender


class CircuitBreaker:
    """A circuit breaker: closed, open for ``cooldown`` seconds, then half-open until ``successes`` calls succeed.

    Failures are calls that failed after all their retries. Neither "not found" nor a rate limit is a failure. Calls
    run side by side: pybreaker, which holds its lock during a call, would let only one through at a time.
    """

    def __init__(self, inner: Sender, provider: str, settings: BreakerSettings, clock: Clock) -> None:
        self._inner, self._provider, self._settings, self._clock = inner, provider, settings, clock
        self._counting, self._waiting = threading.Lock(), threading.Lock()
        self._state, self._failures, self._successes = "closed", 0, 0
        self._opened_at, self._trips = 0.0, 0
        self._waited = False
        self._last = ""

    @property
    def state(self) -> str:
        """``closed``, ``open`` or ``half-open``."""
        return self._state

    @property
    def trips(self) -> int:
        """The number of times it opened."""
        return self._trips

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response; waits for one cooldown to end.

        Raises:
            ServiceDown: the service still fails after it.
        """
        self._wait_while_open()
        try:
            response = self._inner.send(request, **options)
        except CallFailed as failed:
            self._last = f"{failed.reason} from {urlsplit(request.url or '').netloc}"
            self._count_failure()
            raise
        self._count_success()
        return response

    def _wait_while_open(self) -> None:
        with self._waiting:  # one waits, the others wait for it
            if self._state != "open":
                return
            if self._waited:
                failed = f"{self._settings.failures} calls in a row failed, last with {self._last}"
                raise ServiceDown(f"{self._provider}: {failed}; circuit breaker open", LATER)
            self._clock.sleep(max(0.0, self._opened_at + self._settings.cooldown - self._clock.monotonic()))
            with self._counting:
                self._state, self._successes, self._waited = "half-open", 0, True

    def _count_failure(self) -> None:
        with self._counting:
            self._failures += 1
            if self._state == "half-open" or (self._state == "closed" and self._failures >= self._settings.failures):
                self._state, self._opened_at = "open", self._clock.monotonic()
                self._trips += 1

    def _count_success(self) -> None:
        with self._counting:
            self._failures = 0
            self._successes += 1
            if self._state == "half-open" and self._successes >= self._settings.successes:
                self._state, self._waited = "closed", False
