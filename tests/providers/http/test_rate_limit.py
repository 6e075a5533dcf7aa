"""The rate holds over all threads, without bursts."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest

from linernotes.core.clock import Clock, SystemClock
from linernotes.providers.http.rate_limit import Queue, Queues, RateLimit
from tests.clocks import FakeClock
from tests.providers.http.callers import Caller
from tests.samples import configs
from tests.service import OK, Answer


class _Stamps:
    """A sender that notes when it was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, Lock()
        self.at: list[float] = []

    def send(self, *_: Any, **__: Any) -> Any:
        with self._lock:
            self.at.append(self._clock.monotonic())


def sent(clock: Clock, per_second: float, calls: int, threads: int = 8) -> list[float]:
    """When the calls of so many threads were sent."""
    stamps = _Stamps(clock)
    rate_limit = RateLimit(stamps, Queue(per_second), clock)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: rate_limit.send(None), range(calls)))  # type: ignore[arg-type]
    return sorted(stamps.at)


@pytest.mark.parametrize("per_second", [0.2, 1, 3, 7, 50, 400])
def test_no_two_calls_are_closer_than_the_rate_allows(per_second: float) -> None:
    at = sent(FakeClock(), per_second, 40)
    assert min(after - before for before, after in pairwise(at)) >= 1 / per_second - 0.001  # it counts milliseconds
    assert at[-1] - at[0] >= 39 / per_second - 0.001


@pytest.mark.parametrize("per_second", [0.2, 1, 3, 50])
def test_no_call_waits_much_longer_than_the_rate_asks_for(per_second: float) -> None:
    at = sent(FakeClock(), per_second, 40)
    assert at[-1] - at[0] <= 39 / per_second * 1.1


def test_time_without_calls_is_not_saved_up() -> None:
    clock = FakeClock()
    stamps = _Stamps(clock)
    rate_limit = RateLimit(stamps, Queue(3), clock)
    for _ in range(2):
        clock.pass_by(3600)
        for _ in range(3):
            rate_limit.send(None)  # type: ignore[arg-type]
    gaps = [after - before for before, after in pairwise(stamps.at)]
    assert [gap >= 0.333 for gap in gaps] == [True] * 5


def test_the_rate_holds_by_the_clock_on_the_wall() -> None:
    began = time.monotonic()
    at = sent(SystemClock(), 100, 26)
    assert time.monotonic() - began >= 25 / 100 - 0.002
    assert min(after - before for before, after in pairwise(at)) > 0.005  # a thread may be late, never early


def test_repeated_attempts_take_their_turn_too(calling: Callable[..., Caller]) -> None:
    caller = calling(*[Answer(503, {}, Retry_After="0")] * 2, OK, per_second="0.5")
    caller.ask()
    assert caller.clock.monotonic() >= 4


def test_providers_that_are_one_service_stand_in_one_queue() -> None:
    providers, queues = configs(LINERNOTES_SPOTIFY__PER_SECOND="7").providers, Queues()
    assert queues.of(providers["spotify"]) is queues.of(providers["spotify_tracks"])
    assert queues.of(providers["spotify"]) is not queues.of(providers["listenbrainz"])
    assert providers["spotify_tracks"].per_second == 7
