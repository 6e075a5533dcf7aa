"""Tokens and access errors of Spotify, for artists, tracks and plays.

spotipy builds the requests and the tokens. It gets a plain session, because with its own it waits for a whole
Retry-After of a day and then hides it.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import spotipy
from pydantic import SecretStr
from requests import Session
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOauthError

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.providers.connection import Connection
from linernotes.providers.http.transport import json_of

# It logs the bearer token at DEBUG and full URLs at ERROR; errors reach us as exceptions.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

RENEWALS = 3
DASHBOARD = "developer.spotify.com/dashboard"


class Tokens(Protocol):
    """A source of access tokens."""

    def get_access_token(self, *, renew: bool) -> str:
        """A token that should be valid, or with ``renew`` certainly a new one."""


class AppTokens:
    """Client credentials: the app itself, no listener."""

    def __init__(self, settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session) -> None:
        self._oauth = spotipy.SpotifyClientCredentials(
            client_id=secrets["id"].get_secret_value(),
            client_secret=secrets["secret"].get_secret_value(),
            requests_session=session,
            requests_timeout=settings.timeout,
            cache_handler=MemoryCacheHandler(),  # the default writes tokens to a file others can read
        )
        self._oauth.OAUTH_TOKEN_URL = token_url(settings)

    def get_access_token(self, *, renew: bool) -> str:
        """See Tokens."""
        try:
            token: str = self._oauth.get_access_token(as_dict=False, check_cache=not renew)
        except SpotifyOauthError as error:
            raise AccessRefused(
                f"spotify: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET were rejected ({error.error})",
                f"copy both again from {DASHBOARD}; the secret is not the id",
            ) from None
        return token


class _Expired(Exception):
    pass


class Access:
    """Calls Spotify with a token, and renews the token when it is rejected. Threads may share it."""

    def __init__(self, connection: Connection, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()
        self._token = ""
        self._had_response = False
        self._api = spotipy.Spotify(
            auth="none yet", requests_session=connection.session, requests_timeout=connection.settings.timeout
        )
        self._api.prefix = connection.url(ending="/v1") + "/"

    def ask(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        """The result of the call.

        Raises:
            SpotifyException: a response that is neither 2xx nor 401.
            AccessRefused: a renewed token is rejected too.
        """
        # An app without a successful call gets one renewal; with one, rejections may be a passing fault.
        for _ in range(RENEWALS if self._had_response else 1):
            token = self._current()
            with contextlib.suppress(_Expired):
                return self._call(call)
            self._renew(token)
        try:
            return self._call(call)
        except _Expired:
            raise AccessRefused(
                "spotify: the access token was rejected, even after renewal", f"check the app's status at {DASHBOARD}"
            ) from None

    def _call(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        try:
            answer = call(self._api)
        except spotipy.SpotifyException as error:
            if error.http_status == 401:
                raise _Expired from None
            raise
        except AttributeError:  # spotipy expects every error in JSON to be an object
            raise CallFailed("spotify: unexpected error response", "unreadable") from None
        self._had_response = True
        return answer

    def _current(self) -> str:
        with self._lock:
            return self._use(self._tokens.get_access_token(renew=False))

    def _renew(self, refused: str) -> None:
        with self._lock:
            if self._token == refused:  # else another thread has renewed it in the meantime
                self._use(self._tokens.get_access_token(renew=True))

    def _use(self, token: str) -> str:
        self._token = token
        self._api.set_auth(token)
        return token


def refusal(error: spotipy.SpotifyException, endpoint: str) -> AccessRefused:
    """The meaning of a 403, for the owner of the app."""
    if "premium" in str(error.msg).lower():
        return AccessRefused(
            "spotify: the owner of the app needs an active Premium subscription",
            "renew it; Spotify may take a few hours to accept requests again",
        )
    return AccessRefused(
        f"spotify: {endpoint} is not available to this app (HTTP {error.http_status})",
        f"Spotify removed it for apps of this kind; see the app's quota mode at {DASHBOARD}",
    )


def words_of(error: spotipy.SpotifyException) -> str:
    """Spotify's own message about a request: that of an error in its form, with the status of the response; else ''.

    spotipy would also hand on the text of a page that some server in between has sent.
    """
    response = getattr(error.__context__, "response", None)
    body = json_of(response) if response is not None else None
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict) or told.get("status") != error.http_status:
        return ""
    message = told.get("message")
    return message.strip() if isinstance(message, str) else ""


def token_url(settings: ProviderSettings) -> str:
    """The URL that issues tokens."""
    return settings.urls["accounts"].rstrip("/") + "/api/token"
