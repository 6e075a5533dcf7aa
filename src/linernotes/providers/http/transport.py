"""The sender protocol, the innermost sender, and the bridge that puts a stack of them behind a ``requests.Session``."""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ReadTimeoutError

from linernotes.providers.http.body import clean_body
from linernotes.providers.http.deadline import DeadlineAdapter, deadline

# It logs whole URLs, at DEBUG and for odd headers also at WARNING; those of some services contain keys.
logging.getLogger("urllib3").setLevel(logging.ERROR)

PART_BYTES = 1 << 16
WIRE_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (requests.Timeout, "timeout"),
    (requests.exceptions.ChunkedEncodingError, "broken_body"),
    (requests.exceptions.ContentDecodingError, "broken_body"),
)


def wire_fault(error: requests.RequestException) -> str:
    """The name of a transport error in our tables."""
    return next((fault for kind, fault in WIRE_FAULTS if isinstance(error, kind)), "no_connection")


def json_of(response: requests.Response) -> Any:
    """The JSON in a response; None if there is none."""
    try:
        return response.json()
    except requests.exceptions.JSONDecodeError:
        return None


class TooLarge(Exception):
    """A response has more bytes than a response may have."""


def no_authentication(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: without this, requests puts a password of ~/.netrc in the place of our credentials."""
    return request


class Sender(Protocol):
    """Sends one prepared request. Behaviour is added by wrapping one sender in another."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response with its body. Raises ServiceTrouble, or errors of requests next to the transport."""


class Http:
    """Puts a request on the wire, and is the one gate that every response comes through, tokens and histories too.

    The whole response has to come within ``seconds`` and is at most ``largest`` bytes, packed and unpacked. What is
    handed on is clean: see ``body``. Whatever goes wrong below is an error of requests.
    """

    def __init__(self, seconds: float, largest: int) -> None:
        self._adapter, self._seconds, self._largest = DeadlineAdapter(), seconds, largest

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """The response with its body."""
        try:
            with deadline(self._seconds):
                response = self._adapter.send(request, **{**options, "stream": True})
                body = self._body(response)
        except requests.RequestException:
            raise
        except ReadTimeoutError as error:
            raise requests.ReadTimeout from error
        except (DecodeError, ProtocolError, TooLarge) as error:
            raise requests.exceptions.ContentDecodingError from error
        except (HTTPError, HTTPException, ValueError, OSError) as error:
            raise requests.ConnectionError from error
        content_type = response.headers.get("Content-Type", "")
        response._content, response._content_consumed = clean_body(body, content_type, good=response.ok), True  # type: ignore[attr-defined]
        response.encoding = "utf-8"
        return response

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        try:
            for part in response.raw.stream(PART_BYTES, decode_content=True):
                body += part
                if max(len(body), response.raw.tell()) > self._largest:
                    raise TooLarge  # noqa: TRY301 - the connection must not be used again either
        except BaseException:
            response.raw.close()  # else the rest would be read before the connection is used again
            raise
        return bytes(body)


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
    session.auth = no_authentication
    session.headers["User-Agent"] = user_agent
    session.adapters.clear()
    for prefix, sender in senders.items():
        session.mount(prefix, Bridge(sender))
    return session
