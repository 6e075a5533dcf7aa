"""Deezer's public API, as far as linernotes uses it. Its errors come inside HTTP 200, even for too many calls."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from threading import Lock

from flask import Blueprint, Response, g

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, failure, worn
from linernotes.sandbox.stage import Stage
from linernotes.sandbox.world.discographies import NO_LABEL
from linernotes.sandbox.world.facts import Facts
from linernotes.sandbox.world.seeded import SeededRandom

UNKNOWN = 0.15
"""Share of the codes that it does not know."""

KARAOKE = 0.1
"""Share of the codes under which it has a karaoke version."""

TEMPOLESS = 0.3
"""Share of the tracks without a tempo."""

PICTURES = {"small": 56, "medium": 250, "big": 500, "xl": 1000}


class Deezer:
    """One imitated Deezer."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._answered: deque[float] = deque()
        self._lock = Lock()

    def blueprint(self) -> Blueprint:
        """The routes of its API."""
        routes = Blueprint("deezer", __name__, url_prefix="/deezer")
        routes.add_url_rule("/artist/<artist_id>", "artist", self.artist, methods=["GET"])
        routes.add_url_rule("/track/isrc:<isrc>", "track", self.track, methods=["GET"])
        routes.add_url_rule("/album/upc:<upc>", "album", self.album, methods=["GET"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Deezer."""
        return {"DEEZER_API_URL": f"{url}/deezer"}

    def artist(self, artist_id: str) -> Response:
        """GET /artist/<id>."""
        return self.about(artist_id, lambda facts: artist_body(facts, self._stage.seed))

    def track(self, isrc: str) -> Response:
        """GET /track/isrc:<isrc>."""
        return self._answered_about(isrc, lambda: track_body(self._stage, isrc))

    def album(self, upc: str) -> Response:
        """GET /album/upc:<upc>."""
        return self._answered_about(upc, lambda: album_body(self._stage, upc))

    def about(self, artist_id: str, body: Callable[[Facts], object]) -> Response:
        """The response for an artist, or a failure instead of it."""
        known = artist_id.isascii() and artist_id.isdigit()
        facts = self._stage.knowledge.by_number(int(artist_id)) if known else None
        found = facts if facts and str(facts.deezer) == artist_id else None
        return self._answered_about(artist_id, lambda: body(found) if found else None)

    def _answered_about(self, key: str, body: Callable[[], object]) -> Response:
        g.call.ask([key])
        plan = self._stage.plan("deezer")
        self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
        refusal = next(self._refusals(plan), None)
        if refusal is not None:
            return refusal
        found = body()
        return error_inside("DataException", "no data", 800) if found is None else worn(answer(found), plan)

    def _refusals(self, plan: FaultPlan) -> Iterator[Response]:
        if plan.strikes("throttled") or self._too_many(plan):
            yield error_inside("Exception", "Quota limit exceeded", 4)
        if plan.strikes("server_errors"):
            busy = plan.chance("busy").happens(0.5)
            yield error_inside("Exception", "Service busy", 700) if busy else failure(plan)

    def _too_many(self, plan: FaultPlan) -> bool:
        """Whether the last ``window`` seconds had more calls than allowed; unused calls do not accumulate."""
        allowance, now = plan.faults.allowance, time.monotonic()
        if allowance is None:
            return False
        with self._lock:
            while self._answered and self._answered[0] <= now - plan.faults.window:
                self._answered.popleft()
            if len(self._answered) >= allowance:
                return True
            self._answered.append(now)
            return False


def error_inside(kind: str, message: str, code: int) -> Response:
    """An error in Deezer's form: under 200."""
    return answer({"error": {"type": kind, "message": message, "code": code}})


def artist_body(facts: Facts, seed: int) -> dict[str, object]:
    """An artist object."""
    number, chance = facts.deezer, SeededRandom(seed, "deezer", facts.artist.id)
    page, cover = f"https://www.deezer.com/artist/{number}", chance.hex(32)
    sizes = {
        f"picture_{name}": f"https://cdn-images.dzcdn.net/images/artist/{cover}/{size}x{size}-000000-80-0-0.jpg"
        for name, size in PICTURES.items()
    }
    return {
        "id": number,
        "name": facts.artist.name,
        "link": page,
        "share": f"{page}?utm_source=deezer&utm_content=artist-{number}&utm_medium=web",
        "picture": f"https://api.deezer.com/artist/{number}/image",
        **sizes,
        "nb_album": 1 + chance.below(40),
        "nb_fan": facts.fans,
        "radio": True,
        "tracklist": f"https://api.deezer.com/artist/{number}/top?limit=50",
        "type": "artist",
    }


def track_body(stage: Stage, isrc: str) -> dict[str, object] | None:
    """A track object; under some codes it has somebody else's karaoke version, and of some no tempo."""
    track, chance = stage.tracks.recorded_as(isrc), SeededRandom(stage.seed, "deezer track", isrc)
    if track is None or chance.happens(UNKNOWN):
        return None
    number, karaoke, bpm = 1 + chance.below(1 << 31), chance.happens(KARAOKE), round(70 + 110 * chance.share(), 1)
    artist = {"id": 1 + chance.below(1 << 24), "name": track.artists[0].name, "type": "artist"}
    return {
        "id": number,
        "readable": True,
        "title": f"{track.name} (Karaoke Version)" if karaoke else track.name,
        "isrc": isrc,
        "link": f"https://www.deezer.com/track/{number}",
        "duration": track.seconds + (40 if karaoke else 0),
        "rank": chance.below(1_000_000),
        "release_date": f"{track.album.year}-05-21",
        "explicit_lyrics": False,
        "bpm": 0 if chance.happens(TEMPOLESS) else bpm,
        "gain": round(-15 * chance.share(), 1),
        "artist": artist,
        "type": "track",
    }


def album_body(stage: Stage, upc: str) -> dict[str, object] | None:
    """An album object; some barcodes it does not know, and of works that share one it has the first."""
    group, edition = next(stage.discographies.with_barcode(upc), (None, None))
    chance = SeededRandom(stage.seed, "deezer album", upc.lstrip("0"))
    if group is None or edition is None or chance.happens(UNKNOWN):
        return None
    number, known = 1 + chance.below(1 << 30), edition.label
    usual = group.artist.label or "Blue Mill"
    return {
        "id": number,
        "title": group.title,
        "upc": upc,
        "link": f"https://www.deezer.com/album/{number}",
        "genre_id": 132,
        "genres": {"data": [{"id": 132, "name": chance.pick(("Pop", "Electro", "Rock")), "type": "genre"}]},
        "label": group.artist.artist.name if known == NO_LABEL else known[1] if known else usual,
        "nb_tracks": 1 + chance.below(20),
        "duration": 250,
        "fans": chance.below(20_000),
        "release_date": edition.date if len(edition.date) == len("2007-11-05") else "0000-00-00",
        "record_type": group.kind.lower(),
        "available": True,
        "explicit_lyrics": False,
        "contributors": [],
        "artist": {"id": group.artist.deezer, "name": group.artist.artist.name, "type": "artist"},
        "type": "album",
        "tracks": {"data": []},
    }


SERVICE = Deezer
