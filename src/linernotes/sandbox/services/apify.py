"""Apify, as far as linernotes uses it: an actor that reads artists' pages, its runs and their results."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan, Faults
from linernotes.sandbox.responses import answer, failure, worn
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.base62 import new_id
from linernotes.sandbox.world.catalogue import Artist
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.seeded import SeededRandom

TOKEN = "apify_api_sandbox-token"  # noqa: S105 - opens nothing but the sandbox
MAX_USD = "5"
Body = dict[str, Any]

IN_ADDRESS = re.compile(r"artist[/:]([0-9A-Za-z]{22})")
CITIES = (("Paris", "FR"), ("London", "GB"), ("Berlin", "DE"), ("Lagos", "NG"), ("São Paulo", "BR"), ("Tokyo", "JP"))
PRICE = 0.001
"""Dollars for one artist."""

LOOKS = 2
"""The number of status requests before a run is over."""

DRIFTED = {"artist_id": "spotifyId", "monthlyListeners": "listenersPerMonth"}


@dataclass
class Run:
    """One run of the actor."""

    id: str
    ids: list[str]
    ends: str
    looks: int = 0
    items: list[Body] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The run's status."""
        return ("READY", "RUNNING")[min(self.looks, 1)] if self.looks < LOOKS or self.ends == "never" else self.ends


class Apify:
    """One imitated Apify with one actor, whatever it is called."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._runs: dict[str, Run] = {}
        self._numbers, self._lock = count(1), Lock()

    def blueprint(self) -> Blueprint:
        """Its routes; an actor can be reached under two names."""
        routes = Blueprint("apify", __name__, url_prefix="/apify/v2")
        for rule, view, method in (
            ("/users/me", self.user, "GET"),
            ("/acts/<actor>/runs", self.start, "POST"),
            ("/actors/<actor>/runs", self.start, "POST"),
            ("/actor-runs/<run_id>", self.look, "GET"),
            ("/datasets/<dataset_id>/items", self.items, "GET"),
        ):
            name = rule.strip("/").replace("/", "-")
            routes.add_url_rule(rule, name, self._guarded(view), methods=[method])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Apify."""
        return {
            "APIFY_API_URL": f"{url}/apify/v2",
            "ENRICHMENT_APIFY_API_TOKEN": TOKEN,
            "ENRICHMENT_APIFY_MAX_USD": MAX_USD,
        }

    def user(self, _plan: FaultPlan) -> Response:
        """GET /users/me."""
        return answer({"data": {"id": "sandbox", "username": "sandbox"}})

    def start(self, plan: FaultPlan, actor: str) -> Response:
        """POST /acts/<actor>/runs."""
        if plan.faults.credit == "no":
            return error(402, "not-enough-usage-to-run-paid-actor", "Your remaining usage is not enough for this run.")
        ids = IN_ADDRESS.findall(request.get_data(as_text=True))
        if not ids:
            return error(400, "invalid-input", "Input is not valid: Field input.startUrls is required")
        g.call.ask(ids)
        paid_for = round(float(request.args.get("maxTotalChargeUsd", len(ids))) / PRICE)
        allowed = min(paid_for, int(request.args.get("maxItems", len(ids))))
        with self._lock:
            run = Run(new_id("run", actor, next(self._numbers))[:17], ids, plan.faults.run_ends)
            run.items = self._read(ids, plan.faults)[:allowed]
            self._runs[run.id] = run
        return answer({"data": body(run)}, 201)

    def look(self, _plan: FaultPlan, run_id: str) -> Response:
        """GET /actor-runs/<id>; its end is not worth waiting for."""
        run = self._runs.get(run_id)
        if run is None:
            return error(404, "record-not-found", "Actor run was not found")
        run.looks += 1
        return answer({"data": body(run)})

    def items(self, _plan: FaultPlan, dataset_id: str) -> Response:
        """GET /datasets/<id>/items: a bare list, whose length is in the headers."""
        run = self._runs.get(dataset_id.removeprefix("d-"))
        if run is None:
            return error(404, "record-not-found", "Dataset was not found")
        total = str(len(run.items))
        names = {"Total": total, "Offset": "0", "Limit": "250000", "Count": total, "Desc": "false"}
        return answer(run.items, 200, {f"X-Apify-Pagination-{name}": value for name, value in names.items()})

    def _guarded(self, view: Any) -> Any:
        def guarded(**route: str) -> Response:
            plan = self._stage.plan("apify")
            self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
            trouble = next(self._refusals(plan), None)
            return worn(view(plan, **route), plan) if trouble is None else trouble

        return guarded

    def _refusals(self, plan: FaultPlan) -> Iterator[Response]:
        given = request.authorization
        if not given or given.token != TOKEN or plan.faults.credentials == "refused":
            yield error(401, "user-or-token-not-found", "User was not found or authentication token is not valid")
        if plan.strikes("throttled"):
            yield error(429, "rate-limit-exceeded", "You have exceeded the rate limit")
        if plan.strikes("server_errors"):
            yield failure(plan)

    def _read(self, ids: list[str], faults: Faults) -> list[Body]:
        if faults.run_reads == "none":
            return []
        known = [(key, facts) for key in ids if (facts := self._stage.knowledge.of(key))]
        read = [item(key, facts, self._stage.seed) for key, facts in known]
        if faults.run_reads == "half":
            read = read[: len(read) // 2]
        if faults.drifted == "yes":
            read = [{DRIFTED.get(name, name): value for name, value in each.items()} for each in read]
        return read


def item(key: str, facts: Facts, seed: int) -> Body:
    """An artist's page as the actor reads it."""
    artist, chance = facts.artist, SeededRandom(seed, "apify", key)
    return {
        "artist_name": artist.name,
        "artist_id": key,
        "followers": artist.followers,
        "monthlyListeners": facts.monthly_listeners,
        "verified": chance.happens(0.8),
        "avatarImage": _picture(artist),
        "gallery": [image.url for image in artist.images],
        "timestamp": "2026-11-21T07:00:00.000000",
        "topCities": [
            {"numberOfListeners": facts.monthly_listeners // (20 + place), "city": city, "country": land, "region": ""}
            for place, (city, land) in enumerate(chance.some(5, CITIES))
        ],
        "biography": f"{artist.name} on tour.",
        "releases": [],
    }


def body(run: Run) -> Body:
    """A run object."""
    return {
        "id": run.id,
        "actId": "sandboxActor",
        "startedAt": "2026-11-21T07:00:00.000Z",
        "status": run.status,
        "usageTotalUsd": len(run.items) * PRICE if run.looks >= LOOKS else 0,
        "defaultDatasetId": f"d-{run.id}",
    }


def error(status: int, kind: str, message: str) -> Response:
    """An error in Apify's form."""
    return answer({"error": {"type": kind, "message": message}}, status)


def _picture(artist: Artist) -> str | None:
    return artist.images[0].url if artist.images else None


SERVICE = Apify
