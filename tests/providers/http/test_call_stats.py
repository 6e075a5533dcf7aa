"""Every attempt is counted, and nothing else."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
import requests

from linernotes.core.errors import CallFailed
from linernotes.providers.http.call_stats import CallStats
from tests.clocks import FakeClock
from tests.providers.http.callers import Caller
from tests.service import OK, Answer

Calling = Callable[..., Caller]


def test_each_attempt_is_a_call(calling: Calling) -> None:
    caller = calling(Answer(503, {}), Answer(429, {}, Retry_After="0"), OK, Answer(404, {}))
    caller.ask()
    caller.ask()
    counted = caller.client.calls()
    assert (counted.provider, counted.calls, counted.throttles, counted.errors) == ("spotify", 4, 1, 1)


def test_a_broken_connection_is_an_error(calling: Calling) -> None:
    caller = calling(Answer(200, b'{"a": 1}', cut=3))
    with pytest.raises(CallFailed):
        caller.ask()
    assert (caller.client.calls().calls, caller.client.calls().errors) == (3, 3)


def test_errors_are_told_by_what_went_wrong(calling: Calling) -> None:
    slow_down = Answer(429, {}, Retry_After="0")
    caller = calling(Answer(503, {}), Answer(200, b'{"a": 1}', cut=3), slow_down, OK, attempts="4")
    caller.ask()
    assert caller.client.calls().error_types == {"server_error": 1, "broken_body": 1}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (requests.ConnectTimeout, "timeout"),
        (requests.ReadTimeout, "timeout"),
        (requests.exceptions.SSLError, "no_connection"),
        (requests.exceptions.ContentDecodingError, "broken_body"),
    ],
)
def test_what_breaks_on_the_wire_is_told_by_its_name(error: type[requests.RequestException], told: str) -> None:
    stats = CallStats(_Breaking(error), "spotify", FakeClock())
    with pytest.raises(error):
        stats.send(requests.PreparedRequest())
    assert stats.calls().error_types == {told: 1}


def test_how_often_the_breaker_opened_is_told_with_the_counts(calling: Calling) -> None:
    caller = calling(Answer(500, {}), OK, Answer(500, {}), attempts="1", breaker__failures="1", breaker__successes="1")
    for answered in (False, True, False):
        with nullcontext() if answered else pytest.raises(CallFailed):
            caller.ask()
    assert caller.client.calls().breaker_trips == 2


def test_the_state_of_the_breaker_is_told_with_the_counts(calling: Calling) -> None:
    caller = calling(Answer(500, {}), attempts="1", breaker__failures="1")
    with pytest.raises(CallFailed):
        caller.ask()
    assert caller.client.calls().breaker_state == "open"


class _Taking:
    """A sender whose answers take so many seconds."""

    def __init__(self, clock: FakeClock, *seconds: float) -> None:
        self._clock, self._seconds = clock, list(seconds)

    def send(self, *_: Any, **__: Any) -> requests.Response:
        self._clock.pass_by(self._seconds.pop(0))
        response = requests.Response()
        response.status_code = 200
        return response


class _Breaking:
    """A sender that never gets an answer."""

    def __init__(self, error: type[requests.RequestException]) -> None:
        self._error = error

    def send(self, *_: Any, **__: Any) -> requests.Response:
        raise self._error


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([], (None, None, None)), ([0.25], (250, 250, 250)), ([n / 100 for n in range(101)], (500, 950, 1000))],
)
def test_latencies_are_told_in_milliseconds(seconds: list[float], expected: tuple[float | None, ...]) -> None:
    clock = FakeClock()
    stats = CallStats(_Taking(clock, *seconds), "spotify", clock)
    for _ in seconds:
        stats.send(requests.PreparedRequest())
    counted = stats.calls()
    assert (counted.p50, counted.p95, counted.slowest) == pytest.approx(expected)


def test_a_histogram_counts_the_faster_answers_too() -> None:
    clock = FakeClock()
    stats = CallStats(_Taking(clock, 0.1, 0.25, 3, 60), "spotify", clock)
    for _ in range(4):
        stats.send(requests.PreparedRequest())
    counted = stats.calls()
    assert counted.within == (1, 2, 2, 2, 3, 3)
    assert counted.calls == 4
    assert counted.seconds == pytest.approx(63.35)


def test_waiting_for_our_own_rate_is_no_latency(calling: Calling) -> None:
    caller = calling(OK, per_second="0.1")
    for _ in range(3):
        caller.ask()
    assert caller.client.calls().slowest == 0
    assert caller.clock.monotonic() >= 20
