"""A clock that tests turn: waiting takes no time, and is written down."""

import threading
from datetime import UTC, datetime, timedelta

from linernotes.core.clock import SystemClock

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


class FakeClock(SystemClock):
    """See ``ports.Clock``; ``slept`` holds every wait, and ``stop`` is what a signal does."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__()
        self._start = start
        self._passed = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        with self._lock:
            return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        with self._lock:
            return self._passed

    def sleep(self, seconds: float) -> None:
        self.check()
        with self._lock:
            self.slept.append(seconds)
            self._passed += seconds

    def pause(self, seconds: float) -> None:
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let time go by without anybody waiting for it."""
        with self._lock:
            self._passed += seconds

    def stop(self) -> None:
        """Ask the run to stop."""
        self._stop.set()
