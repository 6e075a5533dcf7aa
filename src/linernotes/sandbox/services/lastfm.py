"""Last.fm's API, as far as linernotes uses it: XML at heart, errors under any status, and no image but a grey star."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_plus

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, failure, worn
from linernotes.sandbox.services.lastfm_scrobbles import recent_tracks
from linernotes.sandbox.services.lastfm_tracks import track_page
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.accounts import HIDDEN
from linernotes.sandbox.world.catalogue import Artist
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.seeded import SeededRandom

API_KEY = "sandbox-lastfm-key"
Body = dict[str, Any]

UNWRITTEN = 0.4
"""Share of the artists without a biography."""

STAR = "https://lastfm.freetls.fastly.net/i/u/{}/2a96cbd8b46e442fc41c2b86b821562f.png"
SIZES = (("34s", "small"), ("64s", "medium"), ("174s", "large"), ("300x300", "extralarge"), ("300x300", "mega"))
STATUSES = (200, 400, 403, 404)
MESSAGES = {
    3: "Invalid Method - No method with that name in this package",
    6: "The artist you supplied could not be found",
    8: "Operation failed - Most likely the backend service failed. Please try again.",
    10: "Invalid API key - You must be granted a valid key by last.fm",
    17: "Login: User required to be logged in",
    11: "Service Offline - This service is temporarily offline. Try again later.",
    16: "The service is temporarily unavailable, please try again.",
    26: "API Key Suspended - This application is not allowed to make requests to the web services",
    29: "Rate Limit Exceeded - This application has made too many requests in a short period.",
}
LICENCE = " User-contributed text is available under the Creative Commons By-SA License; additional terms may apply."


class Lastfm:
    """One imitated Last.fm."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._methods: dict[str, Callable[[Facts], Body]] = {
            "artist.getinfo": self._info,
            "artist.gettoptags": self._top_tags,
            "artist.getsimilar": self._similar,
        }

    def blueprint(self) -> Blueprint:
        """Its only route."""
        routes = Blueprint("lastfm", __name__, url_prefix="/lastfm")
        routes.add_url_rule("/2.0/", view_func=self.answer, methods=["GET", "POST"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Last.fm."""
        return {"LASTFM_API_URL": f"{url}/lastfm/2.0/", "LASTFM_API_KEY": API_KEY}

    def answer(self) -> Response:
        """GET or POST /2.0/?method=."""
        named = (request.values.get(name) for name in ("mbid", "artist", "user"))
        g.call.ask([next(filter(None, named), "")])
        plan = self._stage.plan("lastfm")
        self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
        trouble = next(self._refusals(plan), None)
        return worn(self._answer(plan), plan) if trouble is None else trouble

    def _refusals(self, plan: FaultPlan) -> Iterator[Response]:
        faults = plan.faults
        if request.values.get("api_key") != API_KEY or faults.credentials == "refused":
            yield error(10, 403)
        if plan.strikes("throttled"):
            yield error(29, plan.chance("status").pick((200, 400, 429)))
        if plan.strikes("server_errors"):
            yield failure(plan)
        if plan.strikes("lastfm_error"):
            yield error(faults.lastfm_code, faults.lastfm_status)

    def _answer(self, plan: FaultPlan) -> Response:
        if request.values.get("method", "").lower() == "user.getrecenttracks":
            return self._scrobbles(plan)
        if request.values.get("method", "").lower() == "track.getinfo":
            found = track_page(self._stage, request.values.get("artist", ""), request.values.get("track", ""))
            return answer(found) if found else error(6, plan.chance("status").pick(STATUSES), "Track not found")
        method = self._methods.get(request.values.get("method", "").lower())
        if method is None:
            return error(3, 400)
        if request.values.get("artist", "").casefold() == "[unknown]":
            return answer(unknown())
        facts = self._facts()
        return answer(method(facts)) if facts else error(6, plan.chance("status").pick(STATUSES))

    def _scrobbles(self, plan: FaultPlan) -> Response:
        name = request.values.get("user", "")
        scrobbles = self._stage.accounts.of(name)
        if scrobbles is None:
            return error(6, plan.chance("status").pick(STATUSES))
        return error(17, 403) if name == HIDDEN else answer(recent_tracks(self._stage, name, scrobbles))

    def _facts(self) -> Facts | None:
        """The artist by its MusicBrainz id, which is often missing, or by name, with corrected case on request."""
        if mbid := request.values.get("mbid"):
            facts = self._stage.knowledge.by_mbid(mbid)
            return facts if facts and self._mbid(facts) and self._has_page(facts) else None
        name = request.values.get("artist", "")
        facts = self._stage.knowledge.page(name)
        corrected = request.values.get("autocorrect") == "1"
        return facts if facts and (corrected or facts.artist.name == name) else None

    def _has_page(self, facts: Facts) -> bool:
        """Whether an artist has a page: those who share a name share one, which has one artist's id at most."""
        page = self._stage.knowledge.page(facts.artist.name)
        return page is None or page.artist.id == facts.artist.id

    def _mbid(self, facts: Facts) -> str:
        return facts.mbid or "" if self._stage.knowledge.names_mbid(facts) else ""

    def _chance(self, artist: Artist) -> SeededRandom:
        return SeededRandom(self._stage.seed, "lastfm", artist.id)

    def _info(self, facts: Facts) -> Body:
        artist = facts.artist
        body: Body = {"name": artist.name, "url": page(artist), "image": images(), "streamable": "0", "ontour": "0"}
        if mbid := self._mbid(facts):
            body["mbid"] = mbid
        tags = [tag(name) for name, _ in facts.tags[:5]]
        return {
            "artist": body
            | {
                "stats": {"listeners": str(facts.listeners), "playcount": str(facts.plays)},
                "similar": elements("artist", [neighbour(other) for other in facts.similar]),
                "tags": elements("tag", tags),
                "bio": self._bio(artist),
            }
        }

    def _bio(self, artist: Artist) -> Body:
        link = f' <a href="{page(artist)}">Read more on Last.fm</a>'
        chance = self._chance(artist)
        chance.bits()  # the first draw is that of the mbid
        written = "" if chance.happens(UNWRITTEN) else f"{artist.name} has been making music for a while."
        more = f"{written} Much more could be told.{link}.{LICENCE}" if written else ""
        links = {"link": {"#text": "", "rel": "original", "href": f"{page(artist)}/+wiki"}}
        return {"links": links, "published": "01 Jan 1970, 00:00", "summary": written + link, "content": more}

    def _top_tags(self, facts: Facts) -> Body:
        own = [(facts.artist.name.lower(), 1)]
        weighted = [tag(name) | {"count": count} for name, count in (*facts.tags, *own)]
        return {"toptags": elements("tag", weighted) | {"@attr": {"artist": facts.artist.name}}}

    def _similar(self, facts: Facts) -> Body:
        limit = int(request.values.get("limit", "100"))
        rows = []
        for place, other in enumerate(facts.similar[:limit]):
            mbid = self._stage.knowledge.neighbour_mbid(other)
            rows.append(neighbour(other) | {"mbid": mbid, "match": "1" if place == 0 else f"{0.95**place:.6f}"})
        similar = elements("artist", rows) if rows else {"#text": "\n", "artist": facts.artist.name}
        return {"similarartists": similar | {"@attr": {"artist": facts.artist.name}}}


def error(code: int, status: int, message: str = "") -> Response:
    """An error, whose code decides."""
    said = message or MESSAGES.get(code, "Something went wrong")
    return answer({"error": code, "message": said, "links": []}, status)


def elements(name: str, many: list[Body]) -> Body:
    """Elements of XML as JSON: several are a list, one is an object, none are white space."""
    if not many:
        return {"#text": "\n"}
    return {name: many[0] if len(many) == 1 else many}


def unknown() -> Body:
    """The page that collects plays of unknown artists."""
    stats = {"listeners": "3241001", "playcount": "192304412"}
    url = "https://www.last.fm/music/%5Bunknown%5D"
    return {"artist": {"name": "[unknown]", "url": url, "image": images(), "stats": stats, "tags": "", "similar": ""}}


def page(artist: Artist) -> str:
    """The URL of an artist's page."""
    return f"https://www.last.fm/music/{quote_plus(artist.name)}"


def images() -> list[Body]:
    """The same star in every size."""
    return [{"#text": STAR.format(place), "size": size} for place, size in SIZES]


def tag(name: str) -> Body:
    """A tag without its weight."""
    return {"name": name, "url": f"https://www.last.fm/tag/{quote_plus(name)}"}


def neighbour(artist: Artist) -> Body:
    """A similar artist, as getInfo lists it."""
    return {"name": artist.name, "url": page(artist), "image": images()}


SERVICE = Lastfm
