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
from linernotes.providers.answers import integer, json_object, read_or_empty, take, text
from linernotes.providers.connection import Connection
from linernotes.providers.spotify.access import Access, SpotifyError, Tokens, refusal, token_url
from linernotes.providers.spotify.tracks import credits_in

REACHABLE_PLAYS = 50  # Spotify returns no more; exactly this many in one response means that some may be lost
OF = "spotify plays"
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
    track, played_at = (item.get(field) if isinstance(item, dict) else None for field in ("track", "played_at"))
    if not isinstance(track, dict) or not isinstance(played_at, str):
        raise ValueError("not a recently-played item: track or played_at is missing")  # noqa: TRY004
    left = dict(track)
    album, ids = take(left, "album", json_object, OF), take(left, "external_ids", json_object, OF)
    context = read_or_empty(item.get("context"), json_object, f"'context' in {OF}")
    track_id, uri = take(left, "id", text, OF) or None, take(left, "uri", text, OF)  # own files have no id, or ''
    where = take(context, "uri", text, OF) or ""
    return {
        "playedAt": played_at,
        "trackUri": uri or (f"spotify:track:{track_id}" if track_id else None),
        "trackId": track_id,
        "trackName": take(left, "name", text, OF),
        "durationMs": take(left, "duration_ms", integer, OF),
        "isrc": take(ids, "isrc", text, OF),
        "albumId": take(album, "id", text, OF) or None,
        "albumName": take(album, "name", text, OF),
        "artists": credits_in(left, OF),
        "contextType": take(context, "type", text, OF),
        "contextUri": None if where.startswith("spotify:user:") else where or None,
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
