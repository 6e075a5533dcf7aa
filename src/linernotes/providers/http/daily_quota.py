"""Limits the calls to the rest of today's quota."""

import threading
from typing import Any

import requests

from linernotes.core.clock import Clock
from linernotes.core.errors import CoolingDown
from linernotes.providers.http.transport import Sender


class DailyQuota:
    """Counts every attempt, including retries, which no plan can foresee."""

    def __init__(self, inner: Sender, provider: str, calls: int, clock: Clock) -> None:
        self._inner, self._provider, self._left, self._clock = inner, provider, calls, clock
        self._counting = threading.Lock()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response, while there are calls left.

        Raises:
            CoolingDown: none is left; its ``until`` is now, because ``daily_calls`` can be raised today.
        """
        with self._counting:
            self._left -= 1
            spent = self._left < 0
        if spent:
            message = f"{self._provider}: daily quota used up (daily_calls); the rest is fetched tomorrow"
            raise CoolingDown(message, self._clock.now(), "quota_exceeded", None)
        return self._inner.send(request, **options)
