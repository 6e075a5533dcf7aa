"""An error is treated as the status that it means, whether it says so in a code or in words."""

from collections.abc import Callable
from typing import Any

import pytest

from linernotes.core.errors import CallFailed, CoolingDown
from tests.providers.http.callers import Caller
from tests.service import OK, Answer

Calling = Callable[..., Caller]
CODES = {"slow_down_codes": "[4, 29]", "outage_codes": "[700]"}
WORDS = "[asked too often]"
IN_WORDS = {"error": "You have Asked Too Often. Read this."}
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
    assert (caller.client.calls().calls, caller.client.calls().throttles, caller.client.calls().errors) == (2, 1, 0)


def test_a_service_that_says_too_fast_for_good_is_left_alone(calling: Calling) -> None:
    caller = calling(Answer(200, TOO_FAST), **CODES)
    with pytest.raises(CoolingDown) as cooldown:
        caller.ask()
    assert (cooldown.value.until - caller.clock.now()).total_seconds() == 60
    assert len(caller.service.seen) == 3


def test_a_code_that_means_out_of_order_is_tried_again_and_counted_as_an_error(calling: Calling) -> None:
    caller = calling(Answer(200, {"error": {"code": 700}}), OK, **CODES)
    assert caller.ask().json() == {"fine": True}
    assert (caller.client.calls().throttles, caller.client.calls().errors) == (0, 1)


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
    assert caller.client.calls().throttles == 1


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


def test_an_error_in_those_words_is_a_throttle_and_no_server_error(calling: Calling) -> None:
    caller = calling(Answer(503, IN_WORDS, Retry_After="7"), OK, throttle_words=WORDS)
    assert caller.ask().ok
    calls = caller.client.calls()
    assert (calls.throttles, calls.errors, caller.waits()) == (1, 0, [7])


def test_being_told_so_again_and_again_lets_the_provider_cool_down_and_opens_no_breaker(
    calling: Calling,
) -> None:
    caller = calling(Answer(503, IN_WORDS), throttle_words=WORDS, breaker__failures="1")
    with pytest.raises(CoolingDown):
        caller.ask()
    assert caller.client.calls().breaker_state == "closed"


@pytest.mark.parametrize("body", [{"error": "The server is busy."}, b"<html>", b""])
def test_an_error_in_other_words_is_what_it_was(calling: Calling, body: object) -> None:
    caller = calling(Answer(503, body), throttle_words=WORDS)
    with pytest.raises(CallFailed) as failed:
        caller.ask()
    assert (failed.value.reason, caller.client.calls().throttles) == ("http_503", 0)


def test_a_good_answer_may_hold_those_words(calling: Calling) -> None:
    assert calling(Answer(200, {"name": "Asked Too Often"}), throttle_words=WORDS).ask().status_code == 200


def test_whoever_has_no_words_is_taken_at_its_status(calling: Calling) -> None:
    caller = calling(Answer(503, IN_WORDS), OK)
    assert caller.ask().ok
    assert caller.client.calls().throttles == 0
