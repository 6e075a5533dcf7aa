"""The endpoint that issues access tokens: what comes from it is a token, or a refusal in the words of OAuth.

Anything else, such as the page of a proxy, says nothing about our credentials, and nothing about the items that a token
was wanted for. So it ends the provider's part of a run and leaves its items in the queue.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import requests

from linernotes.config.providers import ProviderSettings
from linernotes.core.clock import Clock
from linernotes.core.errors import LATER, CallFailed, ServiceDown
from linernotes.core.values import Json
from linernotes.providers.http.cooldown import Cooldowns
from linernotes.providers.http.retries import Retries
from linernotes.providers.http.transport import Sender, json_of

AN_HOUR = 3600  # what a token is good for if nobody says: RFC 6749 only recommends to say it
LONGEST = 86_400 * 365
TOKEN = re.compile(r"[!-~]+")  # it is sent in a header
PASSING = {"temporarily_unavailable", "server_error", "slow_down"}
# RFC 6749, section 5.2. Only these are about what we sent; gateways have words of their own, such as "forbidden".
REFUSALS = {
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
    *("invalid_scope", "access_denied"),
}
NOT_ABOUT_CREDENTIALS = (404, 405, 407)
NETWORK = "check the network, its proxy, and SPOTIFY_ACCOUNTS_URL; nothing is said about the credentials"


class TokenEndpoint:
    """Retries what may pass, and hands on tokens and refusals that spotipy can read."""

    def __init__(self, inner: Sender, settings: ProviderSettings, clock: Clock, cooldowns: Cooldowns) -> None:
        self._name, self._retries = settings.name, Retries(_Checked(inner, settings), settings, clock, cooldowns)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """A token, or a refusal of our credentials.

        Raises:
            ServiceDown: the endpoint cannot be reached, or something else answers.
            CoolingDown: it demands a wait that is too long.
        """
        try:
            return self._retries.send(request, **options)
        except CallFailed as failed:
            raise ServiceDown(f"{self._name}: no access token from {_host(request)} ({failed.reason})", LATER) from None


class _Checked:
    def __init__(self, inner: Sender, settings: ProviderSettings) -> None:
        self._inner, self._name = inner, settings.name

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = self._inner.send(request, **options)
        body = json_of(response)
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, str) and error in PASSING and response.status_code < 500:
            response.status_code = 503
        elif response.ok and not response.is_redirect and body is not None:
            _write(response, self._token(body, request))
        elif 400 <= response.status_code < 500 and response.status_code not in (408, 425, 429):
            self._check_refusal(response, body, request)
        return response

    def _token(self, body: Any, request: requests.PreparedRequest) -> Json:
        """The token, with its lifetime in seconds, and without a refresh token that is none."""
        given = body if isinstance(body, dict) else {}
        if not _is_token(given.get("access_token")):
            raise ServiceDown(f"{self._name}: the response of {_host(request)} has no access token", NETWORK)
        token = {**given, "expires_in": _lifetime(given.get("expires_in"))}
        if not _is_token(given.get("refresh_token")):
            token.pop("refresh_token", None)
        return token

    def _check_refusal(self, response: requests.Response, body: Any, request: requests.PreparedRequest) -> None:
        """Hand on a refusal with a word; raise ServiceDown if it is not the accounts service that refuses."""
        status = response.status_code
        if not isinstance(body, dict) or status in NOT_ABOUT_CREDENTIALS or not _is_refusal(body, status):
            message = f"{self._name}: the network or a proxy stands between us and {_host(request)} (HTTP {status})"
            raise ServiceDown(message, NETWORK)
        word = body.get("error")
        _write(response, {"error": word if isinstance(word, str) and word in REFUSALS else f"HTTP {status}"})


def _is_refusal(body: Json, status: int) -> bool:
    """Whether it is the service that refuses: in a word of OAuth, in the form of its other errors, or by a 401."""
    error = body.get("error")
    if isinstance(error, dict):
        return bool(error.get("status") == status)
    return bool(body) and (status == 401 or (isinstance(error, str) and error in REFUSALS))


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and bool(TOKEN.fullmatch(value))


def _lifetime(value: Any) -> int:
    try:
        seconds = 0 if isinstance(value, bool) else int(float(value))
    except (TypeError, ValueError, OverflowError):
        seconds = 0
    return min(seconds, LONGEST) if seconds > 0 else AN_HOUR


def _write(response: requests.Response, body: Json) -> None:
    response._content = json.dumps(body).encode()


def _host(request: requests.PreparedRequest) -> str:
    return urlsplit(request.url or "").hostname or "the accounts service"
