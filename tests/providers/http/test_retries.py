"""What is asked again, what is waited for, and what is not."""

import logging
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests

from linernotes.core.errors import CallFailed, CoolingDown, Stopped
from linernotes.providers.http import open_client
from linernotes.providers.http.retry_after import retry_after
from linernotes.sandbox import Faults, Sandbox
from tests.clocks import START, FakeClock
from tests.providers.http.callers import Caller
from tests.samples import configs
from tests.service import OK, Answer

Calling = Callable[..., Caller]
DOWN = Answer(503, {})
QUOTA = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}


def throttle(seconds: object, body: object = b"Too many requests") -> Answer:
    return Answer(429, body) if seconds is None else Answer(429, body, Retry_After=str(seconds))


@pytest.mark.parametrize("trouble", [500, 502, 503, 504, 408, 425])
def test_a_server_error_is_asked_again_after_one_second_then_two_then_four(calling: Calling, trouble: int) -> None:
    caller = calling(*[Answer(trouble, b"<html>")] * 3, OK, attempts="4")
    assert caller.ask().json() == {"fine": True}
    assert caller.clock.slept == [1, 2, 4]


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_a_call_is_tried_as_often_as_it_is_told_and_fails_then(calling: Calling, attempts: int) -> None:
    caller = calling(DOWN, attempts=str(attempts))
    with pytest.raises(CallFailed) as failed:
        caller.ask()
    assert (failed.value.reason, failed.value.status) == ("http_503", 503)
    assert len(caller.service.seen) == attempts
    assert len(caller.clock.slept) == attempts - 1


@pytest.mark.parametrize(
    ("body", "cut"),
    [(b"<html>back soon</html>", 0), (b'{"half": ', 0), (b"", 0), (b"null", 0), (b'{"whole": true}', 7)],
    ids=["a page", "half, as promised", "nothing", "null", "half, more promised"],
)
def test_a_good_status_with_a_broken_body_is_asked_again(calling: Calling, body: bytes, cut: int) -> None:
    caller = calling(Answer(200, body, cut), OK)
    assert caller.ask().json() == {"fine": True}
    assert caller.clock.slept == [1]


def test_a_body_that_stays_broken_fails_the_call_under_that_name(calling: Calling) -> None:
    with pytest.raises(CallFailed) as failed:
        calling(Answer(200, b'{"whole": true}', cut=7)).ask()
    assert failed.value.reason == "broken_body"


def test_nobody_there_fails_the_call_under_that_name(clock: FakeClock) -> None:
    settings = configs(SPOTIFY_API_URL="http://127.0.0.1:9/v1").provider("spotify")
    with pytest.raises(CallFailed) as failed:
        open_client(settings, clock, "x").session.get("http://127.0.0.1:9/v1/artists", timeout=1)
    assert failed.value.reason == "no_connection"


def test_no_answer_in_time_fails_the_call_under_that_name(clock: FakeClock, sandbox: Sandbox) -> None:
    sandbox.faults = Faults(hang=1, hang_seconds=5)
    settings = configs(**sandbox.environment(), MAX_RETRIES="2").provider("spotify")
    with pytest.raises(CallFailed) as failed:
        open_client(settings, clock, "x").session.get(f"{sandbox.url}/v1/artists", timeout=0.05)
    assert failed.value.reason == "timeout"
    assert sandbox.calls()["total"] == 2


@pytest.mark.parametrize("seconds", [1, 7, 60])
@pytest.mark.parametrize("status", [429, 503])
def test_a_short_retry_after_is_waited_for_exactly(calling: Calling, seconds: int, status: int) -> None:
    caller = calling(Answer(status, b"", Retry_After=str(seconds)), OK)
    assert caller.ask().ok
    assert caller.waits() == [wait for wait in [seconds] if wait]


def test_a_retry_after_may_be_a_date(calling: Calling) -> None:
    when = format_datetime(START + timedelta(seconds=30), usegmt=True)
    caller = calling(throttle(when), OK)
    assert caller.ask().ok
    assert caller.clock.slept == [pytest.approx(30, abs=0.1)]


@pytest.mark.parametrize("useless", ["soon", "", "-5", "²", "1e3", "in 3 apples", "Sat, 21 Dec 2026 99:00:30 GMT"])
def test_a_retry_after_that_says_nothing_is_as_good_as_none(calling: Calling, useless: str) -> None:
    caller = calling(throttle(useless), OK)
    assert caller.ask().ok
    assert caller.clock.slept == [1]


@pytest.mark.parametrize("now", ["0", "0.0", format_datetime(START - timedelta(days=1), usegmt=True)])
def test_a_service_that_wants_no_wait_is_given_one_all_the_same(calling: Calling, now: str) -> None:
    caller = calling(throttle(now), throttle(now), OK)
    assert caller.ask().ok
    assert (caller.waits(), len(caller.service.seen)) == ([1, 2], 3)


@pytest.mark.parametrize(
    ("answer", "reason", "seconds"),
    [
        (throttle(61), "rate_limited", 61),
        (throttle(86_400), "rate_limited", 86_400),
        (throttle(format_datetime(START + timedelta(hours=5), usegmt=True)), "rate_limited", 18_000),
        (throttle(50_000, QUOTA), "quota_exceeded", 50_000),
        (throttle(1, QUOTA), "quota_exceeded", 1),
        (throttle(None, QUOTA), "quota_exceeded", 86_400),
        (throttle(10**12), "rate_limited", 366 * 86_400),
        (throttle("9" * 400), "rate_limited", 366 * 86_400),
        (throttle("86400.0"), "rate_limited", 86_400),
        (throttle("2814, 2"), "rate_limited", 2814),
        (throttle("2, 2814"), "rate_limited", 2814),
        (throttle("Sat, 21 Nov 2026 08:00:00 GMT, Sat, 21 Nov 2026 09:00:00 GMT"), "rate_limited", 7200),
        (throttle("Sat, 21 Nov 2026 13:00:00 +0500"), "rate_limited", 3600),
        (throttle("Fri, 31 Dec 9999 23:59:59 -0100"), "rate_limited", 366 * 86_400),
        (throttle(int(START.timestamp()) + 3600), "rate_limited", 3600),
        (throttle("2026-11-21T08:00:00Z"), "rate_limited", 3600),
        (throttle("2814; 2"), "rate_limited", 2814),
        (throttle("Try again in 1 hour and 30 minutes"), "rate_limited", 5400),
        (throttle("1 hour and 30 min from now"), "rate_limited", 5400),
        (throttle("PT2H"), "rate_limited", 7200),
        (throttle("01:00:30"), "rate_limited", 3630),
        (throttle("90000ms"), "rate_limited", 90),
        (throttle("P1DT2H"), "rate_limited", 93_600),
        (throttle("1 week"), "rate_limited", 604_800),
        (throttle("1,800"), "rate_limited", 1800),
        (throttle("seconds=90"), "rate_limited", 90),
    ],
    ids=[
        *("just too long", "a day", "a date", "quota", "quota, shortly", "quota, for unknown time", "ages", "for ever"),
        *("a fraction", "folded", "the long one last", "two dates", "a zone", "the last year", "an instant", "ISO"),
        *("a semicolon", "words", "words like a date", "a duration", "a clock", "milliseconds"),
        *("days and hours", "a week", "thousands", "its unit before"),
    ],
)
def test_a_long_wait_or_a_used_up_quota_lets_the_provider_cool_down_at_once(
    calling: Calling, answer: Answer, reason: str, seconds: float
) -> None:
    caller = calling(answer)
    with pytest.raises(CoolingDown) as cooldown:
        caller.ask()
    assert cooldown.value.reason == reason
    assert abs(cooldown.value.until - START - timedelta(seconds=seconds)) < timedelta(seconds=1)
    assert (len(caller.service.seen), caller.waits()) == (1, [])


def test_being_throttled_again_and_again_lets_the_provider_cool_down(calling: Calling) -> None:
    caller = calling(throttle(7))
    with pytest.raises(CoolingDown) as cooldown:
        caller.ask()
    assert cooldown.value.reason == "rate_limited"
    assert cooldown.value.until == START + timedelta(seconds=7 + 7 + 7)
    assert len(caller.service.seen) == 3


def test_being_throttled_without_a_word_of_how_long_means_a_cooldown_of_the_longest_wait(calling: Calling) -> None:
    with pytest.raises(CoolingDown) as cooldown:
        calling(throttle(None)).ask()
    assert cooldown.value.until == START + timedelta(seconds=1 + 2 + 60)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 499])
def test_an_answer_that_asking_again_would_not_change_is_handed_on(calling: Calling, status: int) -> None:
    caller = calling(Answer(status, {"error": {"status": status}}))
    assert caller.ask().status_code == status
    assert (len(caller.service.seen), caller.clock.slept) == (1, [])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_an_answer_from_elsewhere_is_refused(calling: Calling, status: int) -> None:
    caller = calling(Answer(status, b"", Location="/v1/elsewhere"))
    with pytest.raises(CallFailed) as failed:
        caller.ask()
    assert (failed.value.reason, failed.value.status) == ("redirected", status)
    assert caller.service.seen == ["/v1/artists/x"]


def test_a_signal_ends_the_waiting(calling: Calling) -> None:
    caller = calling(throttle(60))
    caller.clock.stop()
    with pytest.raises(Stopped):
        caller.ask()


@pytest.mark.parametrize(
    "answer",
    [
        DOWN,
        throttle(86_400),
        throttle(None),
        throttle(5, QUOTA),
        Answer(302, b"", Location="/?token=canary"),
        Answer(200, b"{", 1),
    ],
    ids=["down", "banned", "throttled", "quota", "redirected", "torn"],
)
def test_no_message_and_no_log_holds_a_token_or_a_url(
    calling: Calling, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caller = calling(answer)
    with caplog.at_level(logging.DEBUG, "linernotes"), pytest.raises((CallFailed, CoolingDown)) as failed:
        caller.ask("/v1/artists/x?api_key=canary-key")
    told = [caplog.text if record.name.startswith("linernotes") else "" for record in caplog.records]
    chain = [failed.value, failed.value.__cause__]
    for text in [*told, *map(str, chain), *map(repr, chain)]:
        assert "canary" not in text
        assert caller.service.url not in text
    assert failed.value.__context__ is None or failed.value.__suppress_context__


@pytest.mark.parametrize("given", ["5", " 5 ", "5.0", "+5", "5s", "5 seconds", '"5"'])
def test_seconds_are_read_as_they_come(given: str) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = given
    assert retry_after(response, START) == 5.0


def test_a_service_that_says_slow_down_without_a_time_is_given_the_time_that_is_set(calling: Calling) -> None:
    caller = calling(throttle(None), throttle(None), OK, slow_down_wait="30")
    assert caller.ask().ok
    assert caller.waits() == [30, 60]
    assert calling(DOWN, OK, slow_down_wait="30").ask().ok
    assert caller.clock.slept[-1] == 1  # that is no slowing down


def test_an_account_without_credit_is_left_alone_for_the_time_that_is_set(calling: Calling) -> None:
    caller = calling(Answer(402, {}), credit_statuses="[402]", quota_cooldown="86400")
    with pytest.raises(CoolingDown, match="out of credit") as cooldown:
        caller.ask()
    assert (cooldown.value.reason, cooldown.value.status) == ("out_of_credit", 402)
    assert cooldown.value.until - caller.clock.now() == timedelta(days=1)
    assert len(caller.service.seen) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500, b""), "http_500"),
        (Answer(503, b"", Retry_After="1"), "http_503"),
        (Answer(200, b"<html>"), "broken_body"),
        (Answer(200, b'{"whole": true}', cut=7), "broken_body"),
    ],
    ids=["an error", "a pause", "a page", "half an answer"],
)
def test_a_call_that_costs_money_is_not_made_twice(calling: Calling, answer: Answer, reason: str) -> None:
    caller = calling(answer, never_twice="[POST]")
    with pytest.raises(CallFailed) as failed:
        caller.client.session.post(f"{caller.service.url}/v1/artists", timeout=5)
    assert failed.value.reason == reason
    assert len(caller.service.seen) == 1


def test_a_call_that_costs_money_is_made_again_where_it_was_refused(calling: Calling) -> None:
    caller = calling(throttle(1), OK, never_twice="[POST]")
    assert caller.client.session.post(f"{caller.service.url}/v1/artists", timeout=5).ok
    assert len(caller.service.seen) == 2


def test_other_calls_of_a_service_that_costs_money_are_made_again(calling: Calling) -> None:
    assert calling(DOWN, OK, never_twice="[POST]").ask().ok
