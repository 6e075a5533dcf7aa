"""A listener's consent: the address of Spotify's page, the code it ends in, and the tokens that follow.

Authorization code with PKCE: the app's secret is not needed, and what could be overheard on the way is of no use.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any

import spotipy
from pydantic import SecretStr
from requests import Session
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOauthError, SpotifyPKCE

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.providers.spotify.access import DASHBOARD, token_url

SCOPE = "user-read-recently-played"
AGAIN = "repeat: linernotes login spotify"
NONE = "http://127.0.0.1"  # spotipy wants an address to come back to, also where nobody goes anywhere
WORD = re.compile(r"[a-z_]{1,40}")

__all__ = ["ConsentRequest", "LoginTokens", "refused_consent"]


class ConsentRequest:
    """One request for consent, with a state and a challenge of its own."""

    def __init__(self, settings: ProviderSettings, client_id: str, redirect_uri: str, session: Session) -> None:
        self.state = secrets.token_urlsafe(24)
        self._cache = MemoryCacheHandler()
        self._oauth = _oauth(settings, client_id, session, self._cache, redirect_uri)

    @property
    def address(self) -> str:
        """The page on which the listener allows access."""
        address: str = self._oauth.get_authorize_url(self.state)
        return address

    def exchange(self, code: str) -> SecretStr:
        """The refresh token for a code.

        Raises:
            AccessRefused: the code has expired, or Spotify refuses the app.
        """
        try:
            self._oauth.get_access_token(code, check_cache=False)
            return SecretStr(self._cache.get_cached_token()["refresh_token"])
        except SpotifyOauthError as error:
            if error.error == "invalid_grant":
                raise AccessRefused("login spotify: Spotify's answer has expired or was used before", AGAIN) from None
            raise AccessRefused(
                f"login spotify: Spotify refuses the app ({_word(error.error)})",
                f"check SPOTIFY_CLIENT_ID and the app's redirect URIs at {DASHBOARD}",
            ) from None
        except (KeyError, TypeError, ValueError):
            raise CallFailed("login spotify: unexpected response of the accounts service", "unreadable") from None


class LoginTokens:
    """Access tokens by a listener's login; Spotify replaces the refresh token with each use, and ``keep`` stores it."""

    def __init__(
        self,
        settings: ProviderSettings,
        client_id: str,
        refresh: SecretStr,
        keep: Callable[[SecretStr], None],
        session: Session,
    ) -> None:
        self._refresh, self._keep, self._token = refresh, keep, ""
        self._oauth = _oauth(settings, client_id, session, MemoryCacheHandler())

    def get_access_token(self, *, renew: bool) -> str:
        """See ``access.Tokens``."""
        if not self._token or renew:
            self._token = self._renewed()["access_token"]
        return self._token

    def _renewed(self) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._oauth.refresh_access_token(self._refresh.get_secret_value())
        except SpotifyOauthError as error:
            if error.error == "invalid_grant":
                raise AccessRefused("spotify: the login has expired or was revoked", AGAIN) from None
            raise AccessRefused(f"spotify: the login was rejected ({_word(error.error)})", AGAIN) from None
        self._refresh = SecretStr(answer["refresh_token"])
        self._keep(self._refresh)  # before anything else: the one that was sent may be good for nothing now
        return answer


def refused_consent(word: str) -> AccessRefused:
    """The meaning of the error with which Spotify's page sent the listener back."""
    if word == "access_denied":
        return AccessRefused("login spotify: access was refused on Spotify's page", f"to allow it, {AGAIN}")
    return AccessRefused(f"login spotify: Spotify's page answered {_word(word)}", f"check the app at {DASHBOARD}")


def _oauth(
    settings: ProviderSettings, client_id: str, session: Session, cache: MemoryCacheHandler, redirect_uri: str = NONE
) -> SpotifyPKCE:
    oauth = spotipy.SpotifyPKCE(
        client_id=client_id,
        redirect_uri=redirect_uri,
        scope=SCOPE,
        requests_session=session,
        requests_timeout=settings.timeout,
        open_browser=False,
        cache_handler=cache,  # the default writes tokens to a file others can read
    )
    oauth.OAUTH_AUTHORIZE_URL = settings.urls["accounts"].rstrip("/") + "/authorize"
    oauth.OAUTH_TOKEN_URL = token_url(settings)
    return oauth


def _word(text: object) -> str:
    """An error's word; what is none could be anything."""
    return str(text) if WORD.fullmatch(str(text)) else "an unknown error"
