"""Keeps to the number of calls that a service says in its headers that it will still take."""

import re
import threading
from typing import Any

import requests

from linernotes.config.providers import ServerRateLimitSettings
from linernotes.core.clock import Clock
from linernotes.providers.http.retries import cooling_down
from linernotes.providers.http.transport import Sender

NUMBER = re.compile(r"\d{1,12}(\.\d+)?", re.ASCII)
ROUNDED_DOWN = 1.0
"""Services count whole seconds and drop what is left of one; coming early by it would be one call too many."""


class ServerRateLimit:
    """Waits for the service's next window once the calls of this one are used up. Safe to share between threads."""

    def __init__(
        self, inner: Sender, provider: str, settings: ServerRateLimitSettings, longest_wait: float, clock: Clock
    ) -> None:
        self._inner, self._provider, self._settings = inner, provider, settings
        self._longest_wait, self._clock = longest_wait, clock
        self._turn, self._counting = threading.Lock(), threading.Lock()
        self._left: float | None = None  # None: nothing was said, or what was said is over
        self._until = 0.0
        self._underway = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, asked for when there is a call left.

        Raises:
            CoolingDown: the next call would have to wait longer than a call may.
        """
        with self._turn:  # one waits, the others wait for it
            self._wait()
            self._begin()
        try:
            response = self._inner.send(request, **options)
        except BaseException:
            self._end(None, None)
            raise
        headers = response.headers
        self._end(_number(headers.get(self._settings.remaining)), _number(headers.get(self._settings.reset_in)))
        return response

    def _wait(self) -> None:
        with self._counting:
            seconds = self._until - self._clock.monotonic()
            spent = self._left is not None and self._left < 1
        if spent and seconds > self._longest_wait:
            raise cooling_down(self._provider, "rate_limited", seconds, self._clock)
        if spent and seconds > 0:
            self._clock.sleep(seconds)

    def _begin(self) -> None:
        with self._counting:
            self._underway += 1
            if self._clock.monotonic() >= self._until:
                self._left = None
            elif self._left is not None:
                self._left -= 1

    def _end(self, left: float | None, reset_in: float | None) -> None:
        with self._counting:
            self._underway -= 1
            if left is None or reset_in is None:
                return
            self._left = left - self._underway  # those under way may not be counted yet
            self._until = self._clock.monotonic() + reset_in + ROUNDED_DOWN


def _number(header: str | None) -> float | None:
    return float(header) if header and NUMBER.fullmatch(header.strip()) else None
