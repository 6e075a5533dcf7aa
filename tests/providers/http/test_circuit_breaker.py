"""When a service is left alone, for how long, and when it is given up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from linernotes.core.errors import CallFailed, CoolingDown, ServiceDown, Stopped
from linernotes.providers.http.circuit_breaker import CircuitBreaker
from tests.clocks import FakeClock
from tests.providers.http.callers import Caller
from tests.samples import spotify
from tests.service import OK, Answer

Calling = Callable[..., Caller]
DOWN = Answer(500, {})
GONE = Answer(404, {})
SLOW_DOWN = Answer(429, {}, Retry_After="3600")


def fail(caller: Caller, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(CallFailed):
            caller.ask()


def test_five_failed_calls_in_a_row_open_it(calling: Calling) -> None:
    caller = calling(DOWN, attempts="1")
    fail(caller, 4)
    assert caller.client.breaker.state == "closed"
    fail(caller)
    assert caller.client.breaker.state == "open"


def test_attempts_of_one_call_count_as_one(calling: Calling) -> None:
    caller = calling(DOWN, attempts="3")
    fail(caller, 4)
    assert (caller.client.breaker.state, len(caller.service.seen)) == ("closed", 12)


@pytest.mark.parametrize("answer", [OK, GONE], ids=["found", "not found"])
def test_an_answer_starts_the_count_again(calling: Calling, answer: Answer) -> None:
    caller = calling(*[DOWN] * 4, answer, *[DOWN] * 4, answer, attempts="1")
    fail(caller, 4)
    caller.ask()
    fail(caller, 4)
    assert caller.client.breaker.state == "closed"


def test_not_found_is_no_failure_however_often_it_comes(calling: Calling) -> None:
    caller = calling(GONE)
    for _ in range(20):
        assert caller.ask().status_code == 404
    assert caller.client.breaker.state == "closed"


def test_being_told_to_slow_down_is_neither_a_failure_nor_a_good_call(calling: Calling) -> None:
    caller = calling(*[DOWN] * 4, SLOW_DOWN, DOWN, attempts="1")
    fail(caller, 4)
    with pytest.raises(CoolingDown):
        caller.ask()
    assert caller.client.breaker.state == "closed"
    caller.clock.pass_by(86_400)  # until then nobody calls
    fail(caller)
    assert caller.client.breaker.state == "open"


def test_it_waits_its_cooldown_once_and_two_good_calls_close_it(calling: Calling) -> None:
    caller = calling(*[DOWN] * 5, OK, attempts="1")
    fail(caller, 5)
    assert caller.waits() == []
    caller.ask()
    assert caller.waits() == [pytest.approx(60, abs=1)]
    assert caller.client.breaker.state == "half-open"
    caller.ask()
    assert (len(caller.waits()), caller.client.breaker.state) == (1, "closed")


def test_a_cooldown_that_is_partly_over_is_waited_for_only_to_its_end(calling: Calling) -> None:
    caller = calling(*[DOWN] * 5, OK, attempts="1")
    fail(caller, 5)
    caller.clock.pass_by(45)
    caller.ask()
    assert caller.waits() == [pytest.approx(15, abs=1)]


def test_a_failure_after_the_cooldown_gives_the_service_up_without_another_call(calling: Calling) -> None:
    caller = calling(DOWN, attempts="1")
    fail(caller, 6)
    for _ in range(3):
        with pytest.raises(
            ServiceDown, match=r"spotify: 5 calls in a row failed, last with http_500 from \S+; circuit breaker open"
        ):
            caller.ask()
    assert (len(caller.service.seen), len(caller.waits()), caller.client.breaker.state) == (6, 1, "open")


def test_once_closed_again_it_has_a_cooldown_to_wait_for_again(calling: Calling) -> None:
    caller = calling(*[DOWN] * 5, OK, OK, *[DOWN] * 5, OK, attempts="1")
    fail(caller, 5)
    caller.ask()
    caller.ask()
    fail(caller, 5)
    caller.ask()
    assert len(caller.waits()) == 2


def test_its_numbers_are_those_of_the_provider(calling: Calling) -> None:
    caller = calling(
        *[DOWN] * 2, OK, attempts="1", breaker__failures="2", breaker__cooldown="7", breaker__successes="1"
    )
    fail(caller, 2)
    caller.ask()
    assert caller.waits() == [pytest.approx(7, abs=1)]
    assert caller.client.breaker.state == "closed"


def test_a_signal_ends_the_cooldown(calling: Calling) -> None:
    caller = calling(DOWN, attempts="1")
    fail(caller, 5)
    caller.clock.stop()
    with pytest.raises(Stopped):
        caller.ask()


def test_threads_that_come_while_it_is_open_wait_together(calling: Calling) -> None:
    caller = calling(*[DOWN] * 5, OK, attempts="1")
    fail(caller, 5)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: caller.ask().status_code, range(5)))
    assert (answers, len(caller.waits()), caller.client.breaker.state) == ([200] * 5, 1, "closed")


class _Meeting:
    """A sender that answers only when so many calls are under way at once."""

    def __init__(self, calls: int) -> None:
        self._barrier = Barrier(calls, timeout=5)

    def send(self, *_: object, **__: object) -> requests.Response:
        self._barrier.wait()
        return requests.Response()


def test_calls_are_under_way_side_by_side() -> None:
    breaker = CircuitBreaker(_Meeting(5), "spotify", spotify().breaker, FakeClock())
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: breaker.send(requests.PreparedRequest()), range(5)))
    assert len(answers) == 5
