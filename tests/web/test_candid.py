"""An error inside a 200 is treated as the status it should have had."""

from collections.abc import Callable
from typing import Any

import pytest

from linernotes.core.errors import CallFailed, CoolingDown
from tests.service import OK, Answer
from tests.web.callers import Caller

Calling = Callable[..., Caller]
CODES = {"slow_down_codes": "[4, 29]", "outage_codes": "[700]"}
TOO_FAST = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}


@pytest.mark.parametrize(
    "body",
    [TOO_FAST, {"error": {"code": "4"}}, {"error": 29, "message": "Rate limit exceeded"}, {"error": "29"}],
    ids=str,
)
def test_a_code_that_means_too_fast_is_waited_out_and_counted_as_a_throttle(calling: Calling, body: Any) -> None:
    caller = calling(Answer(200, body), OK, **CODES)
    assert caller.ask().json() == {"fine": True}
    assert caller.waits() == [1]
    assert (caller.line.calls().calls, caller.line.calls().throttles, caller.line.calls().errors) == (2, 1, 0)


def test_a_service_that_says_too_fast_for_good_is_left_alone(calling: Calling) -> None:
    caller = calling(Answer(200, TOO_FAST), **CODES)
    with pytest.raises(CoolingDown) as parked:
        caller.ask()
    assert (parked.value.until - caller.clock.now()).total_seconds() == 60
    assert len(caller.service.seen) == 3


def test_a_code_that_means_out_of_order_is_tried_again_and_counted_as_an_error(calling: Calling) -> None:
    caller = calling(Answer(200, {"error": {"code": 700}}), OK, **CODES)
    assert caller.ask().json() == {"fine": True}
    assert (caller.line.calls().throttles, caller.line.calls().errors) == (0, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 800}},
        {"error": {"code": [4]}},
        {"error": {}},
        {"error": None},
        {"error": [4]},
        {"error": "quota"},
        [4],
        "4",
        4,
        {"id": 4},
    ],
    ids=str,
)
def test_any_other_body_is_an_answer(calling: Calling, body: Any) -> None:
    caller = calling(Answer(200, body), **CODES)
    assert caller.ask().json() == body
    assert len(caller.service.seen) == 1


@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_code_means_the_same_under_any_status(calling: Calling, status: int) -> None:
    caller = calling(Answer(status, TOO_FAST), OK, **CODES)
    assert caller.ask().json() == {"fine": True}
    assert caller.line.calls().throttles == 1


def test_an_error_that_is_no_json_is_a_gateways_and_asked_again_where_codes_decide(calling: Calling) -> None:
    assert calling(Answer(400, b"<html>Bad request</html>"), OK, **CODES).ask().json() == {"fine": True}
    assert calling(Answer(400, b"<html>Bad request</html>"), OK).ask().status_code == 400


def test_a_redirect_stays_one(calling: Calling) -> None:
    with pytest.raises(CallFailed) as failed:
        calling(Answer(302, b"", Location="http://127.0.0.1:9/"), **CODES).ask()
    assert failed.value.reason == "redirected"


def test_where_no_codes_are_named_bodies_are_not_read(calling: Calling) -> None:
    caller = calling(Answer(200, TOO_FAST))
    assert caller.ask().json() == TOO_FAST


@pytest.mark.parametrize(
    "answer",
    [Answer(500, b"java.util.concurrent.TimeoutException at com.bigdata"), Answer(200, b'{"rows": [TimeoutException')],
    ids=["an error", "half an answer"],
)
def test_a_question_that_was_too_big_is_not_asked_again_as_it_is(calling: Calling, answer: Answer) -> None:
    caller = calling(answer, too_much_words="[TimeoutException]")
    with pytest.raises(CallFailed) as failed:
        caller.ask()
    assert (failed.value.reason, failed.value.status) == ("too_much", answer.status)
    assert len(caller.service.seen) == 1


@pytest.mark.parametrize("answer", [Answer(200, {"title": "TimeoutException"}), Answer(404, b"TimeoutException")])
def test_an_answer_may_hold_the_words_of_an_error(calling: Calling, answer: Answer) -> None:
    caller = calling(answer, too_much_words="[TimeoutException]")
    assert caller.ask().status_code == answer.status


def test_another_error_of_that_service_is_asked_again(calling: Calling) -> None:
    caller = calling(Answer(500, b"java.lang.OutOfMemoryError"), OK, too_much_words="[TimeoutException]")
    assert caller.ask().json() == {"fine": True}
