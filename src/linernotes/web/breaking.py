"""Leaves a service alone for a while when call after call fails, and gives it up when it is still down then."""

import threading
from typing import Any

import requests
from pybreaker import CircuitBreaker, CircuitBreakerError

from linernotes.contracts import BreakerSettings
from linernotes.errors import Parked, ServiceDown
from linernotes.ports import Clock
from linernotes.web.sender import Sender


class Breaking:
    """A circuit breaker: closed, open for ``cooldown`` seconds, then half-open until ``successes`` calls went well.

    Failures are calls that failed for good, after their retries. An answer is none, also when it says "not found";
    being told to slow down is none either.
    """

    def __init__(self, inner: Sender, provider: str, settings: BreakerSettings, clock: Clock) -> None:
        self._inner, self._provider, self._settings, self._clock = inner, provider, settings, clock
        self._waiting = threading.Lock()
        self._waited = False
        self._breaker = CircuitBreaker(
            fail_max=settings.failures,
            reset_timeout=settings.cooldown,
            success_threshold=settings.successes,
            exclude=[Parked],
            throw_new_error_on_trip=False,
        )

    @property
    def state(self) -> str:
        """``closed``, ``open`` or ``half-open``."""
        return self._breaker.current_state

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer; waits out one cooldown.

        Raises:
            ServiceDown: the service still fails after it.
        """
        try:
            return self._through(request, **options)
        except CircuitBreakerError:
            self._wait_once()
        try:
            return self._through(request, **options)
        except CircuitBreakerError:
            failures = self._settings.failures
            raise ServiceDown(f"{self._provider}: does not answer; {failures} calls in a row failed") from None

    def _through(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response: requests.Response = self._breaker.call(self._inner.send, request, **options)
        if self.state == "closed":
            self._waited = False
        return response

    def _wait_once(self) -> None:
        with self._waiting:
            if not self._waited:
                self._clock.sleep(self._settings.cooldown)
                self._waited = True
