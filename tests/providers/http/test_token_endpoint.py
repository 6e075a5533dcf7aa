"""What comes from the endpoint for tokens is a token, or a refusal that says something about our credentials."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from linernotes.core.errors import CoolingDown, ServiceDown
from tests.providers.http.callers import Caller
from tests.service import TOKEN, Answer

Calling = Callable[..., Caller]
PAGE = b"<html><h1>Forbidden</h1></html>"


def ask(caller: Caller) -> requests.Response:
    return caller.ask("/api/token")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(None, 3600), ("soon", 3600), ("1800", 1800), (1800.5, 1800), (-1, 3600), (True, 3600), ([], 3600)],
)
def test_a_token_is_good_for_an_hour_if_nobody_says_for_how_long(calling: Calling, given: Any, seconds: int) -> None:
    body = {"access_token": "BQx", "expires_in": given, "refresh_token": None}
    assert ask(calling(Answer(200, body))).json() == {"access_token": "BQx", "expires_in": seconds}
    assert ask(calling(Answer(200, {"access_token": "BQx"}))).json()["expires_in"] == 3600


@pytest.mark.parametrize(
    "body",
    [{}, [1], "x", 5, {"access_token": None}, {"access_token": ""}, {"access_token": "a b"}, {"error": "x"}],
    ids=str,
)
def test_a_response_without_a_token_ends_the_providers_part_in_one_line(calling: Calling, body: Any) -> None:
    with pytest.raises(ServiceDown, match="has no access token") as down:
        ask(calling(Answer(200, body)))
    assert down.value.exit_code == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, PAGE),
        Answer(404, PAGE),
        Answer(407, b"proxy"),
        Answer(400, b""),
        Answer(404, {"error": "not_found"}),
        Answer(403, {"message": "Forbidden"}),
        Answer(400, {"error": "forbidden"}),
        Answer(400, {"error": {"code": 400, "message": "Bad Request"}}),
        Answer(401, {}),
    ],
    ids=["403", "404", "407", "empty", "404 in JSON", "a gateway", "its word", "its object", "401 and nothing"],
)
def test_what_stands_between_says_nothing_about_the_credentials(calling: Calling, answer: Answer) -> None:
    with pytest.raises(ServiceDown, match=f"the network or a proxy .* 127.0.0.1 .HTTP {answer.status}") as down:
        ask(calling(answer))
    assert "<" not in str(down.value)


@pytest.mark.parametrize("word", ["temporarily_unavailable", "server_error"])
@pytest.mark.parametrize("status", [200, 400, 403])
def test_trouble_that_passes_is_asked_again_and_then_put_off(calling: Calling, word: str, status: int) -> None:
    passing = Answer(status, {"error": word})
    assert ask(calling(passing, TOKEN)).json()["access_token"]
    caller = calling(passing)
    with pytest.raises(ServiceDown, match="no access token from"):
        ask(caller)
    assert len(caller.service.seen) == 3


def test_a_refusal_in_the_words_of_oauth_is_handed_on(calling: Calling) -> None:
    refused = ask(calling(Answer(400, {"error": "invalid_client", "error_description": PAGE.decode()})))
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_client"})
    for status, body in ((401, {"message": "no"}), (403, {"error": {"status": 403, "message": "no"}})):
        assert ask(calling(Answer(status, body))).json() == {"error": f"HTTP {status}"}


def test_a_long_wait_is_kept_for_tokens_too(calling: Calling) -> None:
    with pytest.raises(CoolingDown):
        ask(calling(Answer(429, b"", Retry_After="3600")))
