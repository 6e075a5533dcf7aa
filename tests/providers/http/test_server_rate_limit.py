"""A service that tells how many calls are left is not asked for one more."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Event, Lock
from typing import Any

import pytest
import requests

from linernotes.config.providers import ServerRateLimitSettings
from linernotes.core.errors import CallFailed, CoolingDown
from linernotes.providers.http.cooldown import Cooldowns
from linernotes.providers.http.rate_limit import Queue
from linernotes.providers.http.server_rate_limit import ServerRateLimit
from tests.clocks import START, FakeClock
from tests.providers.asking import Asker, environment_of
from tests.service import Answer, Script, Service

LEFT, RESET = "X-RateLimit-Remaining", "X-RateLimit-Reset-In"
Calling = Callable[..., tuple[Asker, Service]]


@pytest.fixture
def calling() -> Iterator[Calling]:
    """Somebody whose YAML names the two headers, and a service of this script."""
    with ExitStack() as services:

        def make(*script: Script, **limits: str) -> tuple[Asker, Service]:
            service = services.enter_context(Service(*script))
            return Asker("listenbrainz", environment_of("listenbrainz", service), **limits), service

        yield make


def told(left: object, reset: object, status: int = 200) -> Answer:
    return Answer(status, {"fine": True}, X_RateLimit_Remaining=str(left), X_RateLimit_Reset_In=str(reset))


def call(asker: Asker, service: Service) -> float:
    """How long a call had to wait."""
    before = asker.clock.monotonic()
    asker.client.session.get(f"{service.url}/1/x", timeout=5)
    return asker.clock.monotonic() - before


def test_nobody_waits_while_calls_are_left(calling: Calling) -> None:
    asker, service = calling(told(3, 9), told(2, 9), told(1, 9), told(0, 9))
    assert [round(call(asker, service)) for _ in range(4)] == [0, 0, 0, 0]


def test_after_the_last_call_the_next_waits_until_the_service_counts_anew(calling: Calling) -> None:
    asker, service = calling(told(0, 9), told(29, 10))
    assert [round(call(asker, service)) for _ in range(3)] == [0, 10, 0]  # whole seconds are rounded down: one more


def test_time_that_passes_otherwise_is_not_waited_for_again(calling: Calling) -> None:
    asker, service = calling(told(0, 9), told(29, 10))
    call(asker, service)
    asker.clock.pass_by(8)
    assert round(call(asker, service)) == 2
    asker.clock.pass_by(60)
    assert round(call(asker, service)) == 0


def test_a_throttle_is_asked_again_when_the_headers_say_so(calling: Calling) -> None:
    asker, service = calling(told(0, 5, 429), told(29, 10))
    assert round(call(asker, service)) == 6
    assert len(service.seen) == 2


def test_a_wait_that_is_too_long_lets_the_provider_cool_down(calling: Calling) -> None:
    asker, service = calling(told(0, 3600))
    call(asker, service)
    with pytest.raises(CoolingDown) as cooldown:
        call(asker, service)
    assert cooldown.value.reason == "rate_limited"
    assert abs(cooldown.value.until - START - timedelta(hours=1)) < timedelta(seconds=3)
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    ("left", "reset"),
    [("0", "soon"), ("none", "9"), ("", ""), ("-1", "9"), ("0", "nan"), ("\u0660", "9"), ("0", "9" * 40)],
)
def test_headers_that_say_nothing_are_as_good_as_none(calling: Calling, left: str, reset: str) -> None:
    class Odd:
        def send(self, *_: Any, **__: Any) -> requests.Response:
            response = requests.Response()
            response.headers.update({LEFT: left, RESET: reset})
            return response

    clock = FakeClock()
    limit = _limit(Odd(), clock)
    for _ in range(3):
        limit.send(requests.PreparedRequest())
    assert clock.slept == []


def test_what_was_said_holds_over_an_answer_that_says_nothing(calling: Calling) -> None:
    asker, service = calling(told(1, 9), Answer(200, {"fine": True}))
    assert [round(call(asker, service)) for _ in range(3)] == [0, 0, 10]


def test_a_call_that_fails_is_no_longer_under_way(calling: Calling) -> None:
    asker, service = calling(Answer(200, b'{"fine": true}', 4), told(1, 9), attempts="1")
    with pytest.raises(CallFailed):
        call(asker, service)
    assert [round(call(asker, service)) for _ in range(3)] == [0, 0, 0]


def test_a_call_under_way_has_taken_one_of_those_that_are_left() -> None:
    clock, asked, let_go = FakeClock(), Event(), Event()

    class Slow:
        def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
            if request.method == "SLOW":
                asked.set()
                let_go.wait(5)
            response = requests.Response()
            response.headers.update({LEFT: "1", RESET: "9"})
            return response

    limit = _limit(Slow(), clock)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(limit.send, requests.Request("SLOW", "http://x").prepare())
        asked.wait(5)
        limit.send(requests.PreparedRequest())
        assert clock.slept == []
        limit.send(requests.PreparedRequest())
        let_go.set()
    assert clock.slept == [10]


def test_no_thread_asks_for_more_than_was_left() -> None:
    """Ten threads, a service that takes five calls in ten seconds: nobody is refused."""
    clock, lock = FakeClock(), Lock()
    windows: dict[int, int] = {}

    class Counting:
        def send(self, *_: Any, **__: Any) -> requests.Response:
            with lock:
                window = int(clock.monotonic() // 10)
                windows[window] = windows.get(window, 0) + 1
                response = requests.Response()
                response.headers[LEFT] = str(max(0, 5 - windows[window]))
                response.headers[RESET] = str(int(10 - clock.monotonic() % 10))
                return response

    limit = _limit(Counting(), clock)
    limit.send(requests.PreparedRequest())
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: limit.send(requests.PreparedRequest()), range(24)))
    assert windows[0] == 5
    assert sum(windows.values()) == 25


def _limit(service: Any, clock: FakeClock) -> ServerRateLimit:
    cooldowns = Cooldowns("x", Queue(1000), clock)
    return ServerRateLimit(service, cooldowns, ServerRateLimitSettings(remaining=LEFT, reset_in=RESET), 60, clock)
