"""A listener's last plays from Spotify's recently-played endpoint, and the row of one play."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import spotipy
from pydantic import SecretStr
from requests import Session
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOauthError

from linernotes.config.providers import ProviderSettings
from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.providers.connection import Connection
from linernotes.providers.spotify.access import Access, SpotifyError, Tokens, refusal, token_url

REACHABLE_PLAYS = 50  # Spotify returns no more; exactly this many in one response means that some may be lost
CONSENT = "a refresh token expires 6 months after the listener's consent; using it does not extend it"
VARIABLES = {
    "id": "SPOTIFY_CLIENT_ID",
    "secret": "SPOTIFY_CLIENT_SECRET",
    "redirect": "SPOTIFY_REDIRECT_URI",
    "refresh": "SPOTIFY_REFRESH_TOKEN",
}


class ListenerTokens:
    """Access tokens of the listener whose refresh token we hold."""

    def __init__(self, settings: ProviderSettings, secrets: Mapping[str, SecretStr], session: Session) -> None:
        self._refresh = secrets["refresh"]
        self._token = ""
        self._oauth = spotipy.SpotifyOAuth(
            client_id=secrets["id"].get_secret_value(),
            client_secret=secrets["secret"].get_secret_value(),
            redirect_uri=secrets["redirect"].get_secret_value(),
            requests_session=session,
            requests_timeout=settings.timeout,
            cache_handler=MemoryCacheHandler(),
        )
        self._oauth.OAUTH_TOKEN_URL = token_url(settings)

    def get_access_token(self, *, renew: bool) -> str:
        """See ``access.Tokens``."""
        if not self._token or renew:
            try:
                self._token = self._oauth.refresh_access_token(self._refresh.get_secret_value())["access_token"]
            except SpotifyOauthError as error:
                raise _access_error(error) from None
        return self._token


def recent_plays(connection: Connection, tokens: Tokens, after: datetime | None) -> list[dict[str, Any]]:
    """The plays since ``after``, newest first, at most 50, as Spotify sends them."""
    access = Access(connection, tokens)
    cursor = int(after.timestamp() * 1000) if after else None
    try:
        page = access.ask(lambda api: api.current_user_recently_played(limit=REACHABLE_PLAYS, after=cursor))
    except SpotifyError as error:
        if error.http_status == 403:
            raise refusal(error, "GET /me/player/recently-played") from None
        status = error.http_status
        raise CallFailed(f"spotify: cannot fetch the plays (HTTP {status})", f"http_{status}", status) from None
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise CallFailed("spotify: cannot read the page of plays", "unreadable", 200)
    return items


def play_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one recently-played item.

    Raises:
        ValueError: it is none; the message says what is missing.
    """
    track, played_at = item.get("track"), item.get("played_at")
    if not isinstance(track, dict) or not isinstance(played_at, str):
        raise ValueError("not a recently-played item: track or played_at is missing")  # noqa: TRY004
    album, context = track.get("album") or {}, item.get("context") or {}
    return {
        "playedAt": played_at,
        "trackUri": track.get("uri") or (f"spotify:track:{track['id']}" if track.get("id") else None),
        "trackId": track.get("id") or None,  # files of the listener's own have none, or ''
        "trackName": track.get("name"),
        "durationMs": track.get("duration_ms"),
        "isrc": (track.get("external_ids") or {}).get("isrc"),
        "albumId": album.get("id") or None,
        "albumName": album.get("name"),
        "artists": [{"id": a["id"], "name": a.get("name")} for a in track.get("artists") or [] if a.get("id")],
        "contextType": context.get("type"),
        "contextUri": None if str(context.get("uri")).startswith("spotify:user:") else context.get("uri"),
    }


def _access_error(error: SpotifyOauthError) -> AccessRefused:
    if error.error == "invalid_grant":
        return AccessRefused(
            "spotify: SPOTIFY_REFRESH_TOKEN has expired or was revoked",
            f"ask the listener for consent again, with linernotes login spotify or in your own way: {CONSENT}",
        )
    return AccessRefused(
        f"spotify: the listener's credentials were rejected ({error.error})", f"check {', '.join(VARIABLES.values())}"
    )
