"""Keeps to the number of remaining calls that a service reports in its headers."""

import re
import threading
from typing import Any

import requests

from linernotes.config.providers import ServerRateLimitSettings
from linernotes.core.clock import Clock
from linernotes.providers.http.cooldown import Cooldowns
from linernotes.providers.http.transport import Sender

NUMBER = re.compile(r"\d{1,12}(\.\d+)?", re.ASCII)
ROUNDED_DOWN = 1.0
"""Seconds to add, because services round down: a call that comes early by a fraction would be one too many."""


class ServerRateLimit:
    """Waits for the service's next window once the calls of this one are used up. Threads may share it."""

    def __init__(
        self, inner: Sender, cooldowns: Cooldowns, settings: ServerRateLimitSettings, longest_wait: float, clock: Clock
    ) -> None:
        self._inner, self._cooldowns, self._settings = inner, cooldowns, settings
        self._longest_wait, self._clock = longest_wait, clock
        self._turn, self._counting = threading.Lock(), threading.Lock()
        self._left: float | None = None  # None: nothing was reported, or the window is over
        self._until = 0.0
        self._in_flight = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, requested when there is a call left.

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
        resets = self._settings.reset_in
        reset_in = _number(headers.get(resets)) if resets else self._settings.window
        self._end(_number(headers.get(self._settings.remaining)), reset_in)
        return response

    def _wait(self) -> None:
        with self._counting:
            seconds = self._until - self._clock.monotonic()
            spent = self._left is not None and self._left < 1
        if spent and seconds > self._longest_wait:
            raise self._cooldowns.begin("rate_limited", seconds)
        if spent and seconds > 0:
            self._clock.sleep(seconds)

    def _begin(self) -> None:
        with self._counting:
            self._in_flight += 1
            if self._clock.monotonic() >= self._until:
                self._left = None
            elif self._left is not None:
                self._left -= 1

    def _end(self, left: float | None, reset_in: float | None) -> None:
        with self._counting:
            self._in_flight -= 1
            if left is None or reset_in is None:
                return
            self._left = left - self._in_flight  # calls in flight may not be counted yet
            self._until = self._clock.monotonic() + reset_in + ROUNDED_DOWN


def _number(header: str | None) -> float | None:
    return float(header) if header and NUMBER.fullmatch(header.strip()) else None
