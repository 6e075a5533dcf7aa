"""Tokens and access errors of Spotify, for artists, tracks and plays.

spotipy builds the requests and the tokens; they are sent and judged here. Its own session waits for a whole Retry-After
of a day and then hides it, and its own reading of responses turns whatever cannot be read into None.
"""

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import spotipy
from pydantic import SecretStr
from requests import Response, Session
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOauthError

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused
from linernotes.providers.connection import Connection
from linernotes.providers.http.transport import json_of

# It logs the bearer token at DEBUG and full URLs at ERROR; errors reach us as exceptions.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

RENEWALS = 3
LONGEST_WORDS = 200
PREMIUM = re.compile("premium", re.IGNORECASE)
SCOPE = re.compile(r"\bscopes?\b", re.IGNORECASE)
UNREGISTERED = re.compile(r"\b(not|un) ?(yet |be |been )?(registered|allow-?listed|white-?listed)\b", re.IGNORECASE)
DASHBOARD = "developer.spotify.com/dashboard"
REMEDIES = (
    (UNREGISTERED, f"add the Spotify account to the users of the app at {DASHBOARD}"),
    (SCOPE, "the listener has not allowed this; repeat: linernotes login spotify"),
)


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


class SpotifyError(Exception):
    """An error response, with the ``words`` in it and the ``message`` in Spotify's own form; '' if there are none.

    Only the message is Spotify's word on what was asked for; words may be those of a server in front of it.
    """

    def __init__(self, http_status: int, words: str, message: str) -> None:
        super().__init__(f"HTTP {http_status}")
        self.http_status, self.words, self.message = http_status, words, message


class Api(spotipy.Spotify):  # type: ignore[misc]
    """The requests as spotipy builds them, sent through our connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(auth="none yet", requests_session=connection.session)
        self._connection = connection
        self.prefix = connection.url(ending="/v1") + "/"

    def _internal_call(self, method: str, url: str, _payload: Any, params: dict[str, Any]) -> Any:
        response = self._connection.send(method, self.prefix + url, params=params, headers=self._auth_headers())
        if not response.ok:
            raise SpotifyError(response.status_code, _words(response), _message(response))
        return response.json()


class _Expired(Exception):
    pass


class Access:
    """Calls Spotify with a token, and renews the token when it is rejected. Threads may share it."""

    def __init__(self, connection: Connection, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()
        self._token = ""
        self._had_response = False
        self._api = Api(connection)

    def ask(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        """The result of the call.

        Raises:
            SpotifyError: a response that is neither 2xx nor 401.
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
                "spotify: the access token was rejected, even after renewal",
                f"check the app's status at {DASHBOARD}",
                401,
            ) from None

    def _call(self, call: Callable[[spotipy.Spotify], Any]) -> Any:
        try:
            answer = call(self._api)
        except SpotifyError as error:
            if error.http_status == 401:
                raise _Expired from None
            raise
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


def refusal(error: SpotifyError, endpoint: str) -> AccessRefused:
    """The meaning of a 403, for the owner of the app, in Spotify's own words where it sent any."""
    if PREMIUM.search(error.words):
        return AccessRefused(
            "spotify: the owner of the app needs an active Premium subscription",
            "renew it; Spotify may take a few hours to accept requests again",
        )
    for words, remedy in REMEDIES:
        if words.search(error.words):
            return AccessRefused(f'spotify: HTTP {error.http_status}, "{error.words}"', remedy)
    said = "" if error.words.lower() in ("", "forbidden") else f', "{error.words}"'
    return AccessRefused(
        f"spotify: {endpoint} is not available to this app (HTTP {error.http_status}{said})",
        f"Spotify may have removed it for apps of this kind; see the app's quota mode at {DASHBOARD}",
        error.http_status,
    )


def is_about_the_account(error: SpotifyError) -> bool:
    """Whether it is the app's owner or user that is refused, and not an endpoint."""
    return any(words.search(error.words) for words in (PREMIUM, UNREGISTERED))


def _words(response: Response) -> str:
    """The message of an error in JSON, or a plain text; the page of a server in front of Spotify has no words of it."""
    body = json_of(response)
    error = body.get("error") if isinstance(body, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    text = said if isinstance(said, str) else "" if body is not None else response.text
    return "" if "<" in text else " ".join(text.split())[:LONGEST_WORDS]


def _message(response: Response) -> str:
    """The message of an error in Spotify's own form, which repeats the status; else ''."""
    body = json_of(response)
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict) or told.get("status") != response.status_code:
        return ""
    message = told.get("message")
    return message.strip() if isinstance(message, str) else ""


def token_url(settings: ProviderSettings) -> str:
    """The URL that issues tokens."""
    return settings.urls["accounts"].rstrip("/") + "/api/token"
