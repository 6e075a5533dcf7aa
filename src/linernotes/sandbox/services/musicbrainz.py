"""MusicBrainz's web service, as far as linernotes uses it in November 2026: Spotify URLs, ISRCs and release groups."""

import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, g, request

from linernotes.core.identifiers import is_mbid
from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer
from linernotes.sandbox.services.metabrainz import CONTACT, Door
from linernotes.sandbox.services.musicbrainz_bodies import recording_bodies, release_body
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.seeded import SeededRandom

PAGE = "https://open.spotify.com/artist/"
BATCH = 100
FEW = 25  # rows of a search that names no limit, or one that is too high
CREATED = "2026-11-21T07:00:00.000Z"
ISRC = re.compile(r"\b[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\b")
TERMS = re.compile(r"^rgid:\((.+)\)$")
FORMER = 0.02
"""Share of the URLs that belonged to another artist before."""

FREE_STREAMING = "769085a1-c2f7-4c24-a532-2375a77693bd"
TOO_FAST = (
    "Your requests are exceeding the allowable rate limit."
    " Please see https://wiki.musicbrainz.org/XMLWebService for more information."
)
USAGE = "For usage, please see: https://musicbrainz.org/development/mmd"


class MusicBrainz:
    """One imitated MusicBrainz, which knows the URLs of the catalogue's artists."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._door = Door(stage, "musicbrainz", _throttled, lambda: _error(403, "Forbidden"))

    def blueprint(self) -> Blueprint:
        """Its routes."""
        routes = Blueprint("musicbrainz", __name__, url_prefix="/musicbrainz")
        routes.add_url_rule("/ws/2/url", "url", self._door.guarded(self.addresses), methods=["GET"])
        routes.add_url_rule("/ws/2/recording", "recording", self._door.guarded(self.recordings), methods=["GET"])
        routes.add_url_rule("/ws/2/release", "release", self._door.guarded(self.releases), methods=["GET"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this MusicBrainz."""
        return {"MUSICBRAINZ_API_URL": f"{url}/musicbrainz/ws/2", "LINERNOTES_CONTACT": CONTACT}

    def addresses(self, plan: FaultPlan) -> Response:
        """GET /ws/2/url?resource=: the links of one URL, or a list for several; only the first hundred count."""
        asked = request.args.getlist("resource")
        g.call.ask(resource.removeprefix(PAGE) for resource in asked)
        if not asked or request.args.get("fmt") != "json":
            return _error(400, "Either query parameter is invalid, or the format is not offered here")
        found = [body for resource in sorted(set(asked[:BATCH])) if (body := self._body(resource))]
        if len(asked) > 1:
            return answer({"url-count": len(found), "url-offset": 0, "urls": found[plan.strikes("short") :]})
        return answer(found[0]) if found else _error(404, "Not Found")

    def recordings(self, plan: FaultPlan) -> Response:
        """GET /ws/2/recording?query=isrc:(A OR B): the recordings of these codes, a hundred at most."""
        asked = ISRC.findall(request.args.get("query", ""))
        found = [body for isrc in dict.fromkeys(asked) for body in recording_bodies(self._stage, isrc)]
        return self._page("recordings", asked, found, plan)

    def releases(self, plan: FaultPlan) -> Response:
        """GET /ws/2/release?query=rgid:(A OR B): the releases of these groups, a hundred at most."""
        terms = TERMS.search(request.args.get("query", ""))
        asked = terms[1].split(" OR ") if terms else []
        known = [group for mbid in dict.fromkeys(asked) if (group := self._stage.discographies.group(mbid))]
        if any(not is_mbid(mbid) for mbid in asked):
            asked = []  # one that is none, and the whole search is refused
        found = [release_body(group, each) for group in known for each in self._stage.discographies.editions(group)]
        return self._page("releases", asked, sorted(found, key=lambda body: str(body["id"])), plan)

    @staticmethod
    def _page(things: str, asked: list[str], found: list[dict[str, Any]], plan: FaultPlan) -> Response:
        """The page of a search."""
        g.call.ask(asked)
        if not asked or request.args.get("fmt") != "json":
            return _error(400, "Unable to parse search:")
        start, limit = request.args.get("offset", 0, type=int), request.args.get("limit", FEW, type=int)
        shown = found[start:][: limit if limit <= BATCH else FEW][plan.strikes("short") :]
        return answer({"created": CREATED, "count": len(found), "offset": start, things: shown})

    def _body(self, resource: str) -> dict[str, Any] | None:
        linked = self._stage.knowledge.linked(resource.removeprefix(PAGE)) if resource.startswith(PAGE) else ()
        if not linked:
            return None
        body: dict[str, Any] = {"id": str(uuid5(NAMESPACE_URL, resource)), "resource": resource}
        if "artist-rels" in request.args.get("inc", ""):
            body["relations"] = [link for facts in linked for link in self._links(facts, facts.mbid or "")]
        return body

    def _links(self, facts: Facts, mbid: str) -> list[dict[str, Any]]:
        links = [_link(facts, mbid)]
        if facts.other_mbid:
            links.append(_link(facts, facts.other_mbid, disambiguation="of the same name"))
        former = self._stage.knowledge.of(facts.similar[0].id) if facts.similar else None
        if former and former.mbid and former.mbid != mbid and SeededRandom("musicbrainz", mbid).happens(FORMER):
            links.append(_link(former, former.mbid, ended=True))
        return links


def _link(facts: Facts, mbid: str, disambiguation: str = "", *, ended: bool = False) -> dict[str, Any]:
    first, _, rest = facts.artist.name.partition(" ")
    return {
        "artist": {
            "id": mbid,
            "name": facts.artist.name,
            "sort-name": f"{rest}, {first}" if rest and first == "The" else facts.artist.name,
            "disambiguation": disambiguation,
            "type": facts.kind,
            "type-id": str(uuid5(NAMESPACE_URL, facts.kind)),
            "country": facts.country[0],
        },
        "type": "free streaming",
        "type-id": FREE_STREAMING,
        "target-type": "artist",
        "direction": "backward",
        "begin": None,
        "end": "2020" if ended else None,
        "ended": ended,
        "source-credit": "",
        "target-credit": "",
        "attributes": [],
        "attribute-ids": {},
        "attribute-values": {},
    }


def _error(status: int, message: str) -> Response:
    return answer({"error": message, "help": USAGE}, status)


def _throttled(plan: FaultPlan) -> Response:
    """A 503, where other services send 429."""
    used_up = plan.faults.quota is not None and plan.number > plan.faults.quota
    wait = plan.faults.quota_retry_after if used_up else plan.faults.retry_after
    return answer({"error": TOO_FAST}, 503, {"Retry-After": str(wait)})


SERVICE = MusicBrainz
