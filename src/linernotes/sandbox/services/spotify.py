"""Spotify's accounts service and Web API, as far as linernotes uses them, in the state of November 2026."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, error, failure, plain, worn
from linernotes.sandbox.services.spotify_bodies import Body, artist_body, milliseconds, play_body, track_body
from linernotes.sandbox.services.spotify_consent import Consents
from linernotes.sandbox.services.tokens import Tokens
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.base62 import well_formed
from linernotes.sandbox.world.listening import Listener, Play

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
REFRESH_TOKEN = "sandbox-refresh"  # noqa: S105 - likewise
REDIRECT_URI = "http://127.0.0.1:8888/callback"

BATCH = 50
REACHABLE_PLAYS = 50
DEFAULT_LIMIT = 20
SCOPE = "user-read-recently-played"

PREMIUM_NEEDED = (
    "Active premium subscription required for the owner of the app. When the subscription status changes,"
    " it can take a few hours before requests are allowed again."
)

View = Callable[..., Response]
BodyOf = Callable[[str], Body | None]
Default = TypeVar("Default", int, None)


class Spotify:
    """One imitated Spotify: its tokens, its artists, and the tracks and plays of its only user."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tokens = Tokens(stage.token_seconds, stage.grants)
        self._consents = Consents(CLIENT_ID)

    def blueprint(self) -> Blueprint:
        """The routes of the accounts service and of the Web API."""
        routes = Blueprint("spotify", __name__)
        routes.add_url_rule("/api/token", view_func=self.token, methods=["POST"])
        routes.add_url_rule("/authorize", "authorize", lambda: self._consents.page(self._stage.faults.consent))
        for rule, view in (
            ("/v1/artists", self.artists),
            ("/v1/artists/<artist_id>", self.artist),
            ("/v1/tracks", self.tracks),
            ("/v1/tracks/<track_id>", self.track),
            ("/v1/me/player/recently-played", self.recently_played),
        ):
            # spotipy 2.26 asks for artists/?ids=, others for artists?ids=; Spotify takes both.
            routes.add_url_rule(rule, view.__name__, self._guarded(view), methods=["GET"], strict_slashes=False)
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Spotify."""
        return {
            "SPOTIFY_API_URL": f"{url}/v1",
            "SPOTIFY_ACCOUNTS_URL": url,
            "SPOTIFY_CLIENT_ID": CLIENT_ID,
            "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
            "SPOTIFY_REDIRECT_URI": REDIRECT_URI,
            "SPOTIFY_REFRESH_TOKEN": REFRESH_TOKEN,
        }

    def token(self) -> Response:
        """POST /api/token."""
        faults = self._stage.faults
        self._stage.pause(faults.latency)
        given = request.authorization
        if given is None and "client_id" in request.form and faults.credentials != "refused":  # PKCE needs no secret
            return self._granted()
        known = given is not None and (given.username, given.password) == (CLIENT_ID, CLIENT_SECRET)
        if not known or faults.credentials == "refused":
            return _refused("invalid_client", "Invalid client")
        match request.form.get("grant_type"):
            case "client_credentials":
                return answer(self._issued(user=False))
            case "refresh_token" if request.form.get("refresh_token") == REFRESH_TOKEN:
                return answer(self._issued(user=True) | {"scope": SCOPE})
            case "refresh_token":
                return _refused("invalid_grant", "Refresh token revoked")
        return _refused("unsupported_grant_type", "grant_type must be client_credentials or refresh_token")

    def _granted(self) -> Response:
        refresh = self._consents.grant(request.form)
        if refresh is None:
            return _refused("invalid_grant", "Invalid authorization code or refresh token")
        return answer(self._issued(user=True) | {"scope": SCOPE, "refresh_token": refresh})

    def artists(self, plan: FaultPlan) -> Response:
        """GET /v1/artists?ids=."""
        return self._several("artists", self._artist, plan)

    def artist(self, plan: FaultPlan, artist_id: str) -> Response:
        """GET /v1/artists/<id>."""
        return _one(self._artist, artist_id, plan)

    def tracks(self, plan: FaultPlan) -> Response:
        """GET /v1/tracks?ids=."""
        return self._several("tracks", self._track, plan)

    def track(self, plan: FaultPlan, track_id: str) -> Response:
        """GET /v1/tracks/<id>."""
        return _one(self._track, track_id, plan)

    def _several(self, things: str, body_of: BodyOf, plan: FaultPlan) -> Response:
        """The things of a batch of ids for an extended app: null for unknown ones."""
        if not self._extended:
            return error(403, "Forbidden")
        ids = request.args.get("ids", "").split(",")
        if len(ids) > BATCH:
            return error(400, "Too many ids requested")
        if not all(map(well_formed, ids)):
            return error(400, "Invalid base62 id")
        bodies = list(map(body_of, ids))
        return answer({things: bodies[1:] if plan.strikes("short") else bodies})

    def _artist(self, artist_id: str) -> Body | None:
        found = self._stage.catalogue.artist(artist_id)
        return artist_body(found, extended=self._extended) if found else None

    def _track(self, track_id: str) -> Body | None:
        found = self._stage.tracks.track(track_id)
        return track_body(found, extended=self._extended) if found else None

    def recently_played(self, _plan: FaultPlan) -> Response:
        """GET /v1/me/player/recently-played."""
        grant = self._tokens.grant(_bearer())
        if grant is None or not grant.user:
            return error(401, "Valid user authentication required")
        limit, after, before = _number("limit", DEFAULT_LIMIT), _number("after", None), _number("before", None)
        if limit not in range(1, REACHABLE_PLAYS + 1):
            return error(400, "Invalid limit")
        if -1 in (after, before) or None not in (after, before):
            return error(400, "Invalid cursor")
        return self._page(limit, after, before)

    def _page(self, limit: int, after: int | None, before: int | None) -> Response:
        """A page of plays, newest first; its cursors are strings, and null when it has no plays."""
        plays = [play for play in self._plays if _between(play, after, before)]
        shown = plays[:limit]
        g.call.items = len(shown)
        newest, oldest = (str(milliseconds(shown[end].at)) if shown else None for end in (0, -1))
        more = urlencode({"before": oldest, "limit": limit}) if len(plays) > limit else None
        here = request.base_url
        return answer(
            {
                "items": [play_body(play, extended=self._extended) for play in shown],
                "next": f"{here}?{more}" if more else None,
                "cursors": {"after": newest, "before": oldest} if shown else None,
                "limit": limit,
                "href": request.url,
            }
        )

    @cached_property
    def _plays(self) -> tuple[Play, ...]:
        return tuple(Listener(self._stage.catalogue, self._stage.seed).recent(self._stage.now, REACHABLE_PLAYS))

    @property
    def _extended(self) -> bool:
        return self._stage.profile == "extended"

    def _issued(self, *, user: bool) -> dict[str, object]:
        return {
            "access_token": self._tokens.issue(user=user),
            "token_type": "Bearer",
            "expires_in": int(self._tokens.seconds),
        }

    def _guarded(self, view: View) -> View:
        """A view behind all checks of the caller."""

        def guarded(**route: str) -> Response:
            g.call.ask(route.values() or filter(None, request.args.get("ids", "").split(",")))
            plan = self._stage.plan("spotify")
            self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
            refusal = next(self._refusals(plan), None)
            return worn(view(plan, **route), plan) if refusal is None else refusal

        return guarded

    def _refusals(self, plan: FaultPlan) -> Iterator[Response]:
        """The reasons to refuse a call, the most general first."""
        if request.authorization is None:
            yield error(401, "No token provided")
        if self._tokens.grant(_bearer()) is None:
            yield error(401, "The access token expired")
        if plan.faults.premium == "no":
            yield plain(PREMIUM_NEEDED, 403)
        if plan.faults.quota is not None and plan.number > plan.faults.quota:
            yield _throttled("quota", plan.faults.quota_retry_after)
        if plan.strikes("throttled"):
            yield _throttled(plan.faults.throttled_kind, plan.faults.retry_after)
        if plan.strikes("server_errors"):
            yield failure(plan)
        if plan.strikes("expire"):
            self._tokens.revoke(_bearer())
            yield error(401, "The access token expired")


def _one(body_of: BodyOf, key: str, plan: FaultPlan) -> Response:
    """A single thing, also for a development app."""
    if plan.faults.removed == "yes":
        return error(403, "Forbidden")
    if not well_formed(key):
        return error(400, "Invalid base62 id")
    body = body_of(key)
    return answer(body) if body else error(404, "Resource not found")


def _bearer() -> str:
    given = request.authorization
    return (given.token or "") if given else ""


def _between(play: Play, after: int | None, before: int | None) -> bool:
    at = milliseconds(play.at)
    return (after is None or at > after) and (before is None or at < before)


def _number(name: str, otherwise: Default) -> int | Default:
    """A number from the query: ``otherwise`` if it is not given, -1 if it is not a number."""
    given = request.args.get(name)
    if given is None:
        return otherwise
    return int(given) if given.isascii() and given.isdigit() else -1


def _refused(word: str, description: str) -> Response:
    """An error of the accounts service, with a word where the Web API has an object."""
    return answer({"error": word, "error_description": description}, 400)


def _throttled(kind: str, retry_after: int) -> Response:
    """One of Spotify's three bodies of a 429; only one of them says that the quota is used up."""
    headers = {"Retry-After": str(retry_after)}
    if kind == "plain":
        return plain("Too many requests", 429, headers)
    if kind == "quota":
        response = error(429, "Too many requests", reason="QUOTA_EXCEEDED")
    else:
        response = error(429, "API rate limit exceeded")
    response.headers.extend(headers)
    return response


SERVICE = Spotify
