"""A stack of senders looks like a plain session."""

from collections.abc import Callable

import pytest
import requests

from linernotes.core.counts import Calls
from tests.providers.http.callers import Caller
from tests.service import OK, TOKEN, Answer

Calling = Callable[..., Caller]


def test_tokens_are_retried_but_neither_limited_nor_counted(calling: Calling) -> None:
    caller = calling(Answer(503, {}), TOKEN, per_second="0.01")
    assert caller.ask("/api/token").ok
    assert caller.ask("/api/token").ok
    assert caller.clock.slept == [1]
    assert caller.client.calls() == Calls("spotify")


def test_a_service_is_told_who_asks(calling: Calling) -> None:
    caller = calling(OK)
    assert caller.ask().request.headers["User-Agent"] == "linernotes/test (me@example.org)"


def test_no_other_host_can_be_reached_through_it(calling: Calling) -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        calling(OK).client.session.get("http://127.0.0.2/v1/artists")


def test_the_body_is_read_before_anybody_judges_the_answer(calling: Calling) -> None:
    caller = calling(OK)
    response = caller.ask()
    caller.client.session.close()
    assert response.content == b'{"fine": true}'
