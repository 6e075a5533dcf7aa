"""The one source of time: the present instant, elapsed seconds, and waits that end when the run is asked to stop.

Nothing else reads the machine's clock, so a test or a caller can hand in a clock of its own.
"""

import os
import signal
import threading
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Protocol

from linernotes.core.errors import Stopped

# Cloud Run gives ten seconds after SIGTERM. A kill is safe at every point, so a step that takes longer is cut off.
GRACE_SECONDS = 8.0


class SystemClock:
    """The machine's own time; see ``Clock``."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._signum = signal.SIGTERM

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, or raise Stopped as soon as the run is asked to stop."""
        self._stop.wait(seconds)
        self.check()

    def pause(self, seconds: float) -> None:
        """Wait, even when the run is asked to stop: for steps that must be finished once they have begun."""
        time.sleep(seconds)

    def check(self) -> None:
        """Raise Stopped if the run was asked to stop."""
        if self._stop.is_set():
            raise Stopped(self._signum)

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end the run in good order."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)

    def _on_signal(self, signum: int, _frame: FrameType | None) -> None:
        self._signum = signal.Signals(signum)
        if self._stop.is_set():
            os._exit(128 + signum)  # asked twice: now means now
        self._stop.set()
        watchdog = threading.Timer(GRACE_SECONDS, os._exit, [128 + signum])
        watchdog.daemon = True
        watchdog.start()


def utc(moment: datetime) -> datetime:
    """The same instant, aware and in UTC; a naive one is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def instant(moment: datetime) -> str:
    """An instant as the lake writes it: ISO 8601 in UTC with ``Z``."""
    return utc(moment).isoformat().replace("+00:00", "Z")


class Clock(Protocol):
    """Time and waiting, so that tests need not wait."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait; raises Stopped as soon as the run is asked to stop."""

    def pause(self, seconds: float) -> None:
        """Wait, even when the run is asked to stop."""
