"""The one source of time: the present instant, elapsed seconds, and waits that end when the run is asked to stop.

Nothing else reads the machine's clock, so a test or a caller can hand in a clock of its own.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Any, Protocol

from linernotes.core.errors import Stopped

# Cloud Run gives ten seconds after SIGTERM. A kill is safe at every point, so a step that takes longer is cut off.
GRACE_SECONDS = 8.0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
        for signum in ENDING:
            signal.signal(signum, self.on_signal)

    def on_signal(self, signum: int, _frame: FrameType | None) -> None:
        """Ask the run to stop; a second signal, or a run that does not heed the first one in time, ends it at once."""
        self._signum = signal.Signals(signum)
        if self._stop.is_set():
            _stop_now(signum)  # asked twice: now means now
        self._stop.set()
        watchdog = threading.Timer(GRACE_SECONDS, _stop_now, [signum])
        watchdog.daemon = True
        watchdog.start()


def _stop_now(signum: int) -> None:
    """End the process with the line that it would have ended with."""
    error = Stopped(signum)
    os.write(2, f"linernotes: {error.message}; {error.remedy}\n".encode())
    exit_now(error.exit_code)


def exit_now(code: int) -> None:
    """End the process without waiting for its threads, and leave nothing behind: no processes, no semaphores.

    Python's own end of a process would wait for a call that hangs; a bare ``os._exit`` makes multiprocessing complain.
    """
    if "multiprocessing.util" in sys.modules:
        import multiprocessing.util  # noqa: PLC0415 - most processes do without

        for child in multiprocessing.active_children():
            child.kill()
        with suppress(Exception):
            multiprocessing.util._run_finalizers(0)  # type: ignore[attr-defined]  # it has no public name
    os._exit(code)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal that ends the run interrupt a library that never asks the clock; it raises Stopped then.

    Without this, such a library would work on until the grace period is over. In a command that has nothing to finish
    it is a KeyboardInterrupt, also where the library swallows the first one.
    """
    handler = signal.getsignal(signal.SIGINT)
    clock = getattr(handler, "__self__", None)
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if not isinstance(clock, SystemClock):
        with _noticing(handler):
            yield
        return
    clock.check()
    received = list[int]()

    def interrupt(signum: int, frame: FrameType | None) -> None:
        received.append(signum)
        clock.on_signal(signum, frame)
        raise KeyboardInterrupt

    before = {signum: signal.signal(signum, interrupt) for signum in ENDING}
    try:
        yield
    except KeyboardInterrupt:
        if received:
            raise Stopped(received[0]) from None
        raise
    finally:
        for signum, action in before.items():
            signal.signal(signum, action)


@contextmanager
def _noticing(handler: Any) -> Iterator[None]:
    """Raise KeyboardInterrupt at the end, too, if Ctrl-C came: imports run code that ignores every error."""
    if handler is not signal.default_int_handler:
        yield
        return
    received = list[int]()

    def interrupt(signum: int, _frame: FrameType | None) -> None:
        received.append(signum)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if received:
        raise KeyboardInterrupt


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
