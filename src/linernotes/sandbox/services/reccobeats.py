"""ReccoBeats' API, as far as linernotes uses it: audio features of the tracks that the imitated Spotify knows."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, failure, worn
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.base62 import LENGTH
from linernotes.sandbox.world.listening import Track
from linernotes.sandbox.world.seeded import SeededRandom

BATCH = 40
UNKNOWN = 0.2
"""Share of the tracks that it does not know."""

KEYLESS = 0.04
"""Share of the tracks whose key it could not find."""

SHARES = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
PAGE = "https://open.spotify.com/track/"


class ReccoBeats:
    """One imitated ReccoBeats."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def blueprint(self) -> Blueprint:
        """Its one route."""
        routes = Blueprint("reccobeats", __name__, url_prefix="/reccobeats/v1")
        routes.add_url_rule("/audio-features", "features", self.features, methods=["GET"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this ReccoBeats."""
        return {"RECCOBEATS_API_URL": f"{url}/reccobeats/v1", "RECCOBEATS_ENABLED": "yes"}

    def features(self) -> Response:
        """GET /v1/audio-features?ids=: those it knows, in no order; nobody looks beyond the fortieth id."""
        asked = [key for key in request.args.get("ids", "").split(",") if key]
        g.call.ask(asked)
        plan = self._stage.plan("reccobeats")
        self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
        if plan.strikes("throttled"):
            wait = {"Retry-After": str(plan.faults.retry_after)}
            return _error("Too many requests", 4291, 429, wait)
        if plan.strikes("server_errors"):
            return failure(plan)
        if not asked:
            return _error("Missing parameter: ids", 4001, 400)
        return worn(answer({"content": self._found(asked[:BATCH], plan)}), plan)

    def _found(self, keys: list[str], plan: FaultPlan) -> list[dict[str, Any]]:
        tracks = (self._stage.tracks.track(key) for key in sorted(set(keys)) if len(key) == LENGTH)
        known = [track for track in tracks if track and not self._chance(track).happens(UNKNOWN)]
        return [self._body(track) for track in known[plan.strikes("short") :]]

    def _body(self, track: Track) -> dict[str, Any]:
        chance = self._chance(track)
        chance.share()
        keyless = chance.happens(KEYLESS)
        return {
            "id": str(uuid5(NAMESPACE_URL, PAGE + str(track.id))),
            "href": f"{PAGE}{track.id}",
            "isrc": track.isrc,
            "key": -1 if keyless else chance.below(12),
            "mode": chance.below(2),
            "tempo": round(70 + 110 * chance.share(), 3),
            "loudness": round(-20 * chance.share(), 3),
            **{name: round(chance.share(), 3) for name in SHARES},
        }

    def _chance(self, track: Track) -> SeededRandom:
        return SeededRandom(self._stage.seed, "features", str(track.id))


def _error(message: str, code: int, status: int, headers: dict[str, str] | None = None) -> Response:
    return answer({"error": message, "code": code}, status, headers or {})


SERVICE = ReccoBeats
