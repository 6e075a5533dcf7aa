import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from linernotes.core.errors import ConfigurationError
from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.faults import FaultPlan

from .callers import Caller, message, token, user_of


def statuses(sandbox: Sandbox, ids: list[str]) -> list[int]:
    caller = Caller(sandbox)
    return [caller.artist(each).status_code for each in ids]


def test_faults_are_written_in_one_line() -> None:
    faults = Faults.parse("5xx=0.1, 429=0.05,429_kind=plain,quota=600,latency=0.02,premium=no,seed=7")
    assert faults == Faults(
        seed=7, server_errors=0.1, throttled=0.05, throttled_kind="plain", quota=600, latency=0.02, premium="no"
    )
    assert Faults.parse("") == Faults()


@pytest.mark.parametrize(
    "text",
    ["6xx=0.1", "5xx=often", "5xx=1.5", "5xx=-0.1", "5xx=nan", "5xx", "quota=-1", "hang_seconds=inf", "429_kind=loud",
     "premium=perhaps"],
)  # fmt: skip
def test_a_fault_nobody_can_read_is_refused_naming_the_known_ones(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Faults.parse(text)
    assert text.partition("=")[0] in caught.value.message
    assert all(key in caught.value.remedy for key in ("5xx", "429_kind", "quota_retry_after", "hang_seconds", "short"))


def test_a_rate_strikes_as_often_as_it_says() -> None:
    struck = sum(FaultPlan(Faults(server_errors=0.1), number).strikes("server_errors") for number in range(10_000))
    assert 900 < struck < 1100
    assert not FaultPlan(Faults(), 1).strikes("server_errors")
    assert FaultPlan(Faults(server_errors=1), 1).strikes("server_errors")


def test_a_seed_troubles_the_same_calls_again(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("5xx=0.2,429=0.2,seed=5")
    first = statuses(sandbox, live)
    sandbox.reset()
    assert statuses(sandbox, live) == first
    sandbox.faults = Faults.parse("5xx=0.2,429=0.2,seed=6")
    assert statuses(sandbox, live) != first
    assert {200, 429} < set(first)


def test_a_seed_troubles_as_many_calls_of_five_threads(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("429=0.3")
    alone = sorted(statuses(sandbox, live))
    sandbox.reset()
    with ThreadPoolExecutor(5) as pool:
        together = pool.map(lambda part: statuses(sandbox, part), [live[start::5] for start in range(5)])
    assert sorted(status for part in together for status in part) == alone


def test_server_errors_are_of_four_kinds_and_not_always_json(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("5xx=1")
    replies = [caller.artist(each) for each in live[:40]]
    assert {reply.status_code for reply in replies} == {500, 502, 503, 504}
    assert {reply.headers["Content-Type"].partition(";")[0] for reply in replies} == {"application/json", "text/html"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("plain", "Too many requests"),
        ("limit", {"error": {"status": 429, "message": "API rate limit exceeded"}}),
        ("quota", {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}),
    ],
)
def test_being_throttled_is_said_in_three_ways(
    sandbox: Sandbox, caller: Caller, live: list[str], kind: str, body: Any
) -> None:
    sandbox.faults = Faults.parse(f"429=1,429_kind={kind},retry_after=3")
    reply = caller.artist(live[0])
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "3")
    assert (reply.text if kind == "plain" else reply.json()) == body
    assert sandbox.calls()["throttled"] == 1


def test_a_quota_is_used_up_for_good(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("quota=3")
    replies = [caller.artist(each) for each in live[:6]]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429, 429, 429]
    assert replies[-1].json()["error"]["reason"] == "QUOTA_EXCEEDED"
    assert replies[-1].headers["Retry-After"] == "50000"


def test_a_token_does_not_count_against_the_quota(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("quota=1")
    for _ in range(3):
        caller = Caller(sandbox)
    assert caller.artist(live[0]).status_code == 200


def test_a_broken_answer_is_a_page_under_200(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("broken=1")
    reply = caller.artist(live[0])
    assert reply.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        reply.json()


def test_a_truncated_answer_breaks_off_or_cannot_be_read(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("truncated=1")
    ends = {ending(caller, each) for each in live[:20]}
    assert ends == {"broke off", "cut"}
    sandbox.faults = Faults()
    assert caller.artist(live[0]).status_code == 200


def test_a_truncated_answer_is_not_worth_a_warning(
    sandbox: Sandbox, caller: Caller, live: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults = Faults.parse("truncated=1")
    assert "broke off" in {ending(caller, each) for each in live[:9]}
    assert [record for record in caplog.records if record.name.startswith("waitress")] == []


def ending(caller: Caller, artist_id: str) -> str:
    """How the answer about an artist ended."""
    try:
        json.loads(caller.artist(artist_id).content)
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
        return "broke off"
    except json.JSONDecodeError:
        return "cut"
    return "whole"


def test_latency_slows_every_call(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("latency=0.1")
    slowed = [caller.artist(live[0]), token(sandbox, grant_type="client_credentials")]
    assert all(0.1 <= reply.elapsed.total_seconds() < 0.3 for reply in slowed)


def test_a_call_that_hangs_answers_after_all(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("hang=1,hang_seconds=0.2")
    reply = caller.artist(live[0])
    assert reply.status_code == 200
    assert reply.elapsed.total_seconds() >= 0.2


def test_an_expiring_token_is_lost(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("expire=1")
    assert message(caller.artist(live[0])) == "The access token expired"
    sandbox.faults = Faults()
    assert caller.artist(live[0]).status_code == 401
    assert Caller(sandbox).artist(live[0]).status_code == 200


def test_an_owner_without_premium_is_refused_in_plain_text(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("premium=no")
    user = user_of(sandbox)
    for reply in (user.artist(live[0]), user.artists(live[0]), user.plays()):
        assert (reply.status_code, len(reply.content)) == (403, 159)
        assert reply.headers["Content-Type"].startswith("text/plain")
        assert re.match("Active premium subscription required", reply.text)


def test_refused_credentials_get_no_token_at_all(sandbox: Sandbox) -> None:
    sandbox.faults = Faults.parse("credentials=refused")
    assert token(sandbox, grant_type="client_credentials").json()["error"] == "invalid_client"
    assert token(sandbox, grant_type="refresh_token", refresh_token="sandbox-refresh").status_code == 400


def test_single_artists_can_be_removed_too(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("removed=yes")
    assert message(caller.artist(live[0])) == "Forbidden"


def test_a_short_batch_has_lost_its_first_artist(sandbox: Sandbox, caller: Caller, live: list[str]) -> None:
    sandbox.faults = Faults.parse("short=1")
    assert [artist["id"] for artist in caller.artists(*live[:5]).json()["artists"]] == live[1:5]
