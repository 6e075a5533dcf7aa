"""A stack of senders looks like a plain session, and the stack is in the right order."""

from collections.abc import Callable

import pytest
import requests

from linernotes.providers.http.call_stats import CallStats
from linernotes.providers.http.circuit_breaker import CircuitBreaker
from linernotes.providers.http.rate_limit import RateLimit
from linernotes.providers.http.retries import Retries
from linernotes.providers.http.status_mapping import StatusMapping
from linernotes.providers.http.transport import Bridge, Http
from tests.service import OK
from tests.web.callers import Caller

Calling = Callable[..., Caller]


def test_breaking_holds_retrying_holds_throttled_holds_recording_holds_candid_holds_the_wire(calling: Calling) -> None:
    caller = calling(OK)
    adapter = caller.line.session.get_adapter(f"{caller.service.url}/v1/artists")
    assert isinstance(adapter, Bridge)
    layers, sender = [], adapter._sender
    while not isinstance(sender, Http):
        layers.append(type(sender))
        sender = sender._inner  # type: ignore[attr-defined]
    assert layers == [CircuitBreaker, Retries, RateLimit, CallStats, StatusMapping]


def test_tokens_are_asked_for_patiently_but_at_no_rate(calling: Calling) -> None:
    caller = calling(OK)
    adapter = caller.line.session.get_adapter(f"{caller.service.url}/api/token")
    assert isinstance(adapter, Bridge)
    assert isinstance(adapter._sender, Retries)
    assert isinstance(adapter._sender._inner, Http)


def test_a_service_is_told_who_asks(calling: Calling) -> None:
    caller = calling(OK)
    assert caller.ask().request.headers["User-Agent"] == "linernotes/test (me@example.org)"


def test_no_other_host_can_be_reached_through_it(calling: Calling) -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        calling(OK).line.session.get("http://127.0.0.2/v1/artists")


def test_the_body_is_read_before_anybody_judges_the_answer(calling: Calling) -> None:
    caller = calling(OK)
    response = caller.ask()
    caller.line.session.close()
    assert response.content == b'{"fine": true}'
