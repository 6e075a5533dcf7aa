"""The sender protocol, the innermost sender, and the bridge that puts a stack of them behind a ``requests.Session``."""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

# It logs whole URLs, at DEBUG and for odd headers also at WARNING; those of some services contain keys.
logging.getLogger("urllib3").setLevel(logging.ERROR)

WIRE_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (requests.Timeout, "timeout"),
    (requests.exceptions.ChunkedEncodingError, "broken_body"),
    (requests.exceptions.ContentDecodingError, "broken_body"),
)


def wire_fault(error: requests.RequestException) -> str:
    """The name of a transport error in our tables."""
    return next((fault for kind, fault in WIRE_FAULTS if isinstance(error, kind)), "no_connection")


def json_of(response: requests.Response) -> Any:
    """The JSON in a response; None if there is none, or its nesting is too deep."""
    try:
        return response.json()
    except (requests.exceptions.JSONDecodeError, RecursionError):
        return None


class Sender(Protocol):
    """Sends one prepared request. Behaviour is added by wrapping one sender in another."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response with its body. Raises ServiceTrouble, or errors of requests next to the transport."""


class Http:
    """Puts the request on the wire, and reads the whole body while its failures can still be retried."""

    def __init__(self) -> None:
        self._adapter = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response with its body."""
        response = self._adapter.send(request, **{**options, "stream": True})
        _ = response.content
        return response


class Bridge(BaseAdapter):
    """A transport for ``requests`` that hands every request to a sender.

    So a library that takes a session, such as spotipy, uses our rate limits and retries without knowing it.
    """

    def __init__(self, sender: Sender) -> None:
        super().__init__()
        self._sender = sender

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Pass the request on."""
        return self._sender.send(request, **options)

    def close(self) -> None:
        """Nothing to close: connections belong to the innermost sender."""


def session_over(senders: Mapping[str, Sender], user_agent: str) -> requests.Session:
    """A session that routes requests to the senders of their URL prefixes, and refuses redirects."""
    session = requests.Session()
    session.max_redirects = 0  # a response from another host than the requested one does not count
    session.headers["User-Agent"] = user_agent
    session.adapters.clear()
    for prefix, sender in senders.items():
        session.mount(prefix, Bridge(sender))
    return session
