"""ListenBrainz's API, as far as linernotes uses it, in November 2026: artists, listens, and names of tracks."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer
from linernotes.sandbox.services.metabrainz import Door
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.discographies import Group
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.listens import USUAL_ROWS, matched, payload
from linernotes.sandbox.world.seeded import SeededRandom

BATCH = 1000
LOOKUPS = 50
LONGEST_NAMES = 250  # of one lookup, together
TOKEN = "sandbox-listenbrainz-token"  # noqa: S105 - of nobody
INCLUDABLE = {"artist", "tag", "release_group"}
REAL = ({"mbid": "f59c5520-5f46-4d2c-b2c4-822eabf53419", "name": "Linkin Park", "rels": {}},)
"""An artist that any ListenBrainz knows: callers ask about it to be sure that they are answered at all."""

UNHEARD = 0.03
"""Share of the artists without listens."""

UNDESCRIBED = 0.03
"""Share of the artists that are too new to have metadata."""

UNMATCHED = 0.1
"""Share of the tracks that are not found by name."""

TOO_FAST = (
    "You have exceeded your rate limit. See the X-RateLimit-* response headers for more information on your current"
    " rate limit."
)


class ListenBrainz:
    """One imitated ListenBrainz, which knows the catalogue's artists by their MusicBrainz ids."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._door = Door(stage, "listenbrainz", _throttled, lambda: _error(403, "Tell who you are in the User-Agent."))

    def blueprint(self) -> Blueprint:
        """Its routes."""
        routes = Blueprint("listenbrainz", __name__, url_prefix="/listenbrainz/1")
        for rule, view, method in (
            ("/metadata/artist/", self.metadata, "GET"),
            ("/popularity/artist", self.popularity, "POST"),
            ("/user/<name>/listens", self.listens, "GET"),
            ("/metadata/lookup/", self.lookup, "POST"),
        ):
            routes.add_url_rule(rule, view.__name__, self._door.guarded(view), methods=[method])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this ListenBrainz."""
        return {"LISTENBRAINZ_API_URL": f"{url}/listenbrainz/1", "LISTENBRAINZ_TOKEN": TOKEN}

    def metadata(self, _plan: FaultPlan) -> Response:
        """GET /1/metadata/artist/?artist_mbids=: those it knows, in the order of their ids."""
        included = set(request.args.get("inc", "").split())
        if strange := included - INCLUDABLE:
            return _error(
                400, f"invalid inc argument '{min(strange)}'. Must be one of {', '.join(sorted(INCLUDABLE))}."
            )
        mbids = request.args.get("artist_mbids", "").split(",")
        g.call.ask(filter(None, mbids))
        if wrong := _not_valid(mbids):
            return wrong
        if len(mbids) > BATCH:
            return _error(500, "An unknown error occured.")
        found = [(mbid, facts) for mbid in sorted(set(mbids)) if (facts := self._known(mbid))]
        described = [
            self._artist(mbid, facts, included)
            for mbid, facts in found
            if not _rarely("undescribed", mbid, UNDESCRIBED)
        ]
        return answer(described + [{**each, "artist_mbid": each["mbid"]} for each in REAL if each["mbid"] in mbids])

    def popularity(self, _plan: FaultPlan) -> Response:
        """POST /1/popularity/artist: the counts of each artist in the order of the request, null for unknown."""
        body = request.get_json(silent=True)
        mbids = body.get("artist_mbids") if isinstance(body, dict) else None
        if not isinstance(mbids, list) or not all(isinstance(mbid, str) for mbid in mbids):
            return _error(400, "artist_mbids JSON element must be present and contain a list of artist_mbids")
        g.call.ask(mbids)
        if len(mbids) > BATCH:
            return _error(400, f"Number of artist mbids must not exceed {BATCH}.")
        return _not_valid(mbids) or answer([self._counts(mbid) for mbid in mbids])

    def listens(self, _plan: FaultPlan) -> Response:
        """GET /1/user/NAME/listens?max_ts= or ?min_ts=, newest first."""
        name: str = (request.view_args or {})["name"]
        g.call.ask([name])
        listens = self._stage.accounts.of(name)
        if {"max_ts", "min_ts"} <= request.args.keys():
            return _error(400, "You may only specify max_ts or min_ts, not both.")
        if listens is None:
            return _error(404, f"Cannot find user: {name}")
        span = request.args.get("min_ts", -1, type=int), request.args.get("max_ts", 1 << 40, type=int)
        count = request.args.get("count", USUAL_ROWS, type=int)
        return _strange() or answer(payload(self._stage, name, listens, span, count))

    def lookup(self, _plan: FaultPlan) -> Response:
        """POST /1/metadata/lookup/: each pair of names with its match, if any."""
        body = request.get_json(silent=True)
        pairs = body.get("recordings") if isinstance(body, dict) else None
        if "Authorization" not in request.headers:
            return _error(401, "You need to provide an Authorization header.")
        if not pairs or len(pairs) > LOOKUPS:
            return _error(400, f"recordings is invalid or there are more than {LOOKUPS}")
        g.call.ask(f"{pair.get('artist_name')}|{pair.get('recording_name')}".replace(",", " ") for pair in pairs)
        if any(not 0 < len(pair["artist_name"]) + len(pair["recording_name"]) <= LONGEST_NAMES for pair in pairs):
            return _error(400, f"names of a recording must be less than {LONGEST_NAMES}")
        return _strange() or answer([self._found(*pair) for pair in enumerate(pairs)])

    def _found(self, index: int, pair: dict[str, str]) -> dict[str, Any]:
        artist, recording = pair["artist_name"], pair["recording_name"]
        told = {"index": index, "artist_name_arg": artist, "recording_name_arg": recording, "release_name_arg": None}
        found = self._stage.knowledge.match(artist, recording)
        known = found and not _rarely("unmatched", f"{artist}/{recording}", UNMATCHED)
        return told | matched(found, recording) if known else told

    def _counts(self, mbid: str) -> dict[str, Any]:
        facts = self._known(mbid)
        heard = facts if facts and mbid == facts.mbid and not _rarely("unheard", mbid, UNHEARD) else None
        return {
            "artist_mbid": mbid,
            "total_listen_count": heard and heard.plays,
            "total_user_count": heard and heard.listeners,
        }

    def _artist(self, mbid: str, facts: Facts, included: set[str]) -> dict[str, Any]:
        body = _artist(mbid, facts, included, linked=self._links(facts))
        if "release_group" in included:
            body["release_group"] = [_release_group(group) for group in self._stage.discographies.of(facts)]
        return body

    def _links(self, facts: Facts) -> bool:
        """Whether MusicBrainz links an artist to its Spotify URL."""
        return facts.mbid in {linked.mbid for linked in self._stage.knowledge.linked(facts.artist.id)}

    def _known(self, mbid: str) -> Facts | None:
        facts = self._stage.knowledge.by_mbid(mbid)
        return facts if facts and mbid in (facts.mbid, facts.old_mbid) else None


def _artist(mbid: str, facts: Facts, included: set[str], *, linked: bool) -> dict[str, Any]:
    """One artist; a merged one is returned under the requested id, with the other id inside."""
    body: dict[str, Any] = {
        "artist_mbid": mbid,
        "mbid": facts.mbid,
        "name": facts.artist.name,
        "type": facts.kind,
        "area": facts.country[1],
        "begin_year": facts.begin_year,
        "rels": {"free streaming": f"https://open.spotify.com/artist/{facts.artist.id}"} if linked else {},
    }
    if facts.kind == "Person":
        body["gender"] = SeededRandom("gender", mbid).pick(("Male", "Female", "Non-binary"))
    if facts.wikidata:
        body["rels"]["wikidata"] = f"https://www.wikidata.org/wiki/{facts.wikidata}"
    if "tag" in included:
        body["tag"] = {"artist": [_tag(tag, count, facts) for tag, count in facts.tags]}
    return body


def _release_group(group: Group) -> dict[str, Any]:
    """A release group; what has no value is left out."""
    artist = {"artist_credit_name": group.artist.artist.name, "artist_mbid": group.artist.mbid, "join_phrase": ""}
    return {
        "mbid": group.mbid,
        "name": group.title,
        "artist_credit_name": group.artist.artist.name,
        "artists": [artist],
        "type": group.kind,
        **({"secondary_types": list(group.secondary)} if group.secondary else {}),
        **({"date": group.date} if group.date else {}),
    }


def _tag(tag: str, count: int, facts: Facts) -> dict[str, Any]:
    """A tag; genres have an id."""
    genre = {"genre_mbid": str(uuid5(NAMESPACE_URL, tag))} if tag in facts.artist.genres else {}
    return {"tag": tag, "count": count, **genre}


def _rarely(what: str, mbid: str, share: float) -> bool:
    return SeededRandom("listenbrainz", what, mbid).happens(share)


def _not_valid(mbids: list[str]) -> Response | None:
    for mbid in mbids:
        try:
            UUID(mbid.strip())
        except ValueError:
            return _error(400, f"artist_mbid {mbid} is not valid.")
    return None


def _strange() -> Response | None:
    """The refusal of an unknown token, even where none is needed."""
    given = request.headers.get("Authorization")
    return None if given in (None, f"Token {TOKEN}") else _error(401, "Invalid authorization token.")


def _error(status: int, message: str) -> Response:
    return answer({"code": status, "error": message}, status)


def _throttled(plan: FaultPlan) -> Response:
    """A 429, whose wait is in other headers unless the caller is banned for long."""
    used_up = plan.faults.quota is not None and plan.number > plan.faults.quota
    response = _error(429, TOO_FAST)
    if used_up:
        response.headers["Retry-After"] = str(plan.faults.quota_retry_after)
    elif plan.faults.allowance is None:
        response.headers["Retry-After"] = str(plan.faults.retry_after)
    return response


SERVICE = ListenBrainz
