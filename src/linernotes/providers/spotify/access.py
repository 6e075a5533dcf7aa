"""Tokens and refusals of Spotify, the same for artists and for plays.

spotipy builds the requests and the tokens. It is given a plain session, because with its own it sleeps through a whole
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

# It logs the bearer token at DEBUG and full URLs at ERROR; what matters reaches us as exceptions.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

RENEWALS = 3
DASHBOARD = "developer.spotify.com/dashboard"


class Tokens(Protocol):
    """Where access tokens come from."""

    def get_access_token(self, *, renew: bool) -> str:
        """A token that is believed to be good, or with ``renew`` certainly a new one."""


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
                f"spotify: refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET ({error.error})",
                f"copy both again from {DASHBOARD}; the secret is not the id",
            ) from None
        return token


class _Expired(Exception):
    pass


class Access:
    """Calls Spotify with a token, and renews the token when it is refused. Safe to share between threads."""

    def __init__(self, connection: Connection, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()
        self._token = ""
        self._heard = False
        self._api = spotipy.Spotify(
            auth="none yet", requests_session=connection.session, requests_timeout=connection.settings.timeout
        )
        self._api.prefix = connection.url(ending="/v1") + "/"

    def ask(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        """What the call returns.

        Raises:
            SpotifyException: an answer that is not 2xx, other than 401.
            AccessRefused: a renewed token is refused too.
        """
        # An app that was never answered is refused after one renewal; one that was may have bad luck for a while.
        for _ in range(RENEWALS if self._heard else 1):
            token = self._current()
            with contextlib.suppress(_Expired):
                return self._asked(call)
            self._renew(token)
        try:
            return self._asked(call)
        except _Expired:
            raise AccessRefused(
                "spotify: refuses the access token, also a new one", f"look at the app's state at {DASHBOARD}"
            ) from None

    def _asked(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        try:
            answer = call(self._api)
        except spotipy.SpotifyException as error:
            if error.http_status == 401:
                raise _Expired from None
            raise
        except AttributeError:  # spotipy expects every error in JSON to be an object
            raise CallFailed("spotify: its error cannot be read", "unreadable") from None
        self._heard = True
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
    """What a 403 means, in words for the owner of the app."""
    if "premium" in str(error.msg).lower():
        return AccessRefused(
            "spotify: the owner of the app needs an active Premium subscription",
            "renew it; it can take a few hours before Spotify takes requests again",
        )
    return AccessRefused(
        f"spotify: {endpoint} is closed to this app (HTTP {error.http_status})",
        f"Spotify removed it for apps of this kind; see the app's quota mode at {DASHBOARD}",
    )


def words_of(error: spotipy.SpotifyException) -> str:
    """Spotify's own message, to which spotipy adds the address; '' if it sent none."""
    return str(error.msg).partition(":\n ")[2].strip()


def token_url(settings: ProviderSettings) -> str:
    """Where tokens are asked for."""
    return settings.urls["accounts"].rstrip("/") + "/api/token"
