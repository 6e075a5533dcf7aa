"""Discogs' API, as far as linernotes uses it: the search for releases, which refuses everybody without a token."""

import time
from collections import deque
from collections.abc import Iterator
from threading import Lock
from typing import Any

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, failure, worn
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.discographies import COUNTRIES, NO_LABEL, Edition, Group
from linernotes.sandbox.world.facts import LABELS
from linernotes.sandbox.world.seeded import SeededRandom

TOKEN = "sandbox-discogs-token"  # noqa: S105 - of the sandbox
ALLOWED, WINDOW = 60, 60.0

UNKNOWN = 0.15
"""Share of the works that it does not have."""

NUMBERED = 0.2
"""Share of the works whose artist has a number behind the name, as one of several of that name."""

STUDIOS = ("The Old Mill Studio", "Northern Pressing Plant")
STYLES = ("Deep House", "Ambient", "Indie Rock", "Trip Hop", "Chiptune")
COUNTRY_NAMES = dict(zip(COUNTRIES, ("Worldwide", "US", "UK", "Germany", "Japan", "Europe"), strict=True))


class Discogs:
    """One imitated Discogs."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._answered: deque[float] = deque()
        self._lock = Lock()

    def blueprint(self) -> Blueprint:
        """The routes of its API."""
        routes = Blueprint("discogs", __name__, url_prefix="/discogs")
        routes.add_url_rule("/database/search", "search", self.search, methods=["GET"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Discogs."""
        return {"DISCOGS_API_URL": f"{url}/discogs", "DISCOGS_TOKEN": TOKEN}

    def search(self) -> Response:
        """GET /database/search?type=release: by barcode, or by artist and title."""
        asked = request.args
        g.call.ask([asked.get("barcode") or f"{asked.get('artist')} - {asked.get('release_title')}"])
        plan = self._stage.plan("discogs")
        self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
        left = self._left(plan)
        refusal = next(self._refusals(plan, left), None)
        response = worn(self._found(), plan) if refusal is None else refusal
        response.headers["X-Discogs-Ratelimit"] = str(plan.faults.allowance or ALLOWED)
        response.headers["X-Discogs-Ratelimit-Remaining"] = str(max(0, left))
        return response

    def _found(self) -> Response:
        known, asked = self._stage.discographies, request.args
        several = (
            known.with_barcode(asked["barcode"])
            if asked.get("barcode")
            else known.named(asked.get("artist", ""), asked.get("release_title", ""))
        )
        rows = [release_body(self._stage.seed, *each) for each in several if not _is_unknown(self._stage.seed, each[0])]
        paging = {"page": 1, "pages": 1, "per_page": 100, "items": len(rows), "urls": {}}
        return answer({"pagination": paging, "results": rows})

    def _refusals(self, plan: FaultPlan, left: int) -> Iterator[Response]:
        if request.headers.get("Authorization") != f"Discogs token={TOKEN}" or plan.faults.credentials == "refused":
            yield answer({"message": "You must authenticate to access this resource."}, 401)
        if left < 0 or plan.strikes("throttled"):
            headers = {"Retry-After": str(plan.faults.retry_after)} if left >= 0 else None
            yield answer({"message": "You are making requests too quickly."}, 429, headers)
        if plan.strikes("server_errors"):
            yield failure(plan)

    def _left(self, plan: FaultPlan) -> int:
        """The calls left in the last ``window`` seconds after this one; -1: one too many."""
        allowance, window = plan.faults.allowance, plan.faults.window
        if allowance is None:
            return ALLOWED - 1
        now = time.monotonic()
        with self._lock:
            while self._answered and self._answered[0] <= now - window:
                self._answered.popleft()
            if len(self._answered) >= allowance:
                return -1
            self._answered.append(now)
            return allowance - len(self._answered)


def release_body(seed: int, group: Group, edition: Edition) -> dict[str, Any]:
    """A result of a search; it knows labels that MusicBrainz does not, and mixes studios with them."""
    chance = SeededRandom(seed, "discogs", edition.mbid)
    number, label = 1 + chance.below(1 << 24), label_of(seed, group, edition)
    credit = group.artist.artist.name + (" (2)" if SeededRandom(seed, "discogs", group.mbid).happens(NUMBERED) else "")
    return {
        "id": number,
        "type": "release",
        "title": f"{credit} - {group.title}",
        "year": edition.date[:4],
        "country": COUNTRY_NAMES[edition.country],
        "format": [{"Digital Media": "File", '12" Vinyl': "Vinyl"}.get(edition.format, "CD"), group.kind],
        "label": [label, *STUDIOS[: chance.below(3)]],
        "catno": edition.catalog_number or "none",
        "barcode": [edition.barcode] if edition.barcode else [],
        "genre": ["Electronic"] if chance.happens(0.5) else ["Rock", "Pop"],
        "style": [chance.pick(STYLES)],
        "master_id": 0 if chance.happens(0.3) else 1 + SeededRandom(seed, "master", group.mbid).below(1 << 20),
        "uri": f"/release/{number}",
        "resource_url": f"https://api.discogs.com/releases/{number}",
        "user_data": {"in_wantlist": False, "in_collection": False},
        "community": {"want": chance.below(100), "have": chance.below(900)},
    }


def label_of(seed: int, group: Group, edition: Edition) -> str:
    """The label that an edition has there."""
    if edition.label == NO_LABEL:
        return f"Not On Label ({group.artist.artist.name} Self-released)"
    usual = group.artist.label or SeededRandom(seed, "label", group.artist.artist.id).pick(LABELS)
    return edition.label[1] if edition.label else usual


def _is_unknown(seed: int, group: Group) -> bool:
    return SeededRandom(seed, "unknown at discogs", group.mbid).happens(UNKNOWN)


SERVICE = Discogs
