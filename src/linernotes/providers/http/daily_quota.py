"""Makes no more calls than are left of today's."""

import threading
from typing import Any

import requests

from linernotes.core.clock import Clock
from linernotes.core.errors import CoolingDown
from linernotes.providers.http.transport import Sender


class DailyQuota:
    """Every attempt counts, also the repeated ones, which nobody can plan with."""

    def __init__(self, inner: Sender, provider: str, calls: int, clock: Clock) -> None:
        self._inner, self._provider, self._left, self._clock = inner, provider, calls, clock
        self._counting = threading.Lock()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The answer, while there are calls left.

        Raises:
            Parked: there are none; until now, for tomorrow has its own, and ``daily_calls`` can be raised today.
        """
        with self._counting:
            self._left -= 1
            spent = self._left < 0
        if spent:
            message = f"{self._provider}: today's calls are used up (daily_calls); the rest is due tomorrow"
            raise CoolingDown(message, self._clock.now(), "quota_exceeded", None)
        return self._inner.send(request, **options)
