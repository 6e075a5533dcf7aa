"""A service may say in words of its own that it was asked too fast."""

from collections.abc import Callable

import pytest

from linernotes.core.errors import CallFailed, CoolingDown
from tests.service import OK, Answer
from tests.web.callers import Caller

WORDS = "[asked too often]"
TOO_FAST = {"error": "You have ExtractStats Too Often. Read this."}


def test_an_error_in_those_words_is_a_throttle_and_no_server_error(calling: Callable[..., Caller]) -> None:
    caller = calling(Answer(503, TOO_FAST, Retry_After="7"), OK, throttle_words=WORDS)
    assert caller.ask().ok
    calls = caller.line.calls()
    assert (calls.throttles, calls.errors, caller.waits()) == (1, 0, [7])


def test_being_told_so_again_and_again_parks_the_provider_and_opens_no_breaker(
    calling: Callable[..., Caller],
) -> None:
    caller = calling(Answer(503, TOO_FAST), throttle_words=WORDS, breaker__failures="1")
    with pytest.raises(CoolingDown):
        caller.ask()
    assert caller.line.calls().breaker_state == "closed"


@pytest.mark.parametrize("body", [{"error": "The server is busy."}, b"<html>", b""])
def test_an_error_in_other_words_is_what_it_was(calling: Callable[..., Caller], body: object) -> None:
    caller = calling(Answer(503, body), throttle_words=WORDS)
    with pytest.raises(CallFailed) as failed:
        caller.ask()
    assert (failed.value.reason, caller.line.calls().throttles) == ("http_503", 0)


def test_a_good_answer_may_hold_those_words(calling: Callable[..., Caller]) -> None:
    assert calling(Answer(200, {"name": "ExtractStats Too Often"}), throttle_words=WORDS).ask().status_code == 200


def test_whoever_has_no_words_is_taken_at_its_status(calling: Callable[..., Caller]) -> None:
    caller = calling(Answer(503, TOO_FAST), OK)
    assert caller.ask().ok
    assert caller.line.calls().throttles == 0
