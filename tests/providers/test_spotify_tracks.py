"""What Spotify answers about tracks, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any

from linernotes.core.values import WorkItem
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.listening import Listener
from tests.providers.conformance import Conformance
from tests.samples import ID
from tests.service import Answer

NAME = "spotify_tracks"
TRACK = "5L3ecxQnQ9qTBmnLQiwf0C"
FULL: dict[str, Any] = {
    "id": TRACK,
    "name": "Timber",
    "artists": [{"id": ID, "name": "Pitbull"}],
    "album": {"id": "2PmgY1fqZFZyTQlZmEXmJi", "name": "Meltdown", "artists": [{"id": ID, "name": "Pitbull"}]},
    "duration_ms": 204_053,
    "external_ids": {"isrc": "USRC11301695"},
}


class TestSpotifyTracks(Conformance):
    name = NAME
    item = WorkItem("spotify_tracks", "track", TRACK)
    invalid = (replace(item, key="short"), replace(item, key=f"spotify:track:{TRACK}"))
    thing = FULL
    essential = frozenset({"id"})
    unknown = Answer(200, {"tracks": [None]})
    refusals = (Answer(401, {"message": "no"}),)

    def body(self, path: str, thing: Any) -> Any:
        return {"tracks": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        known = (track for tracks in Listener(sandbox.catalogue).repertoire() for track in tracks if track.id)
        return [replace(self.item, key=str(track.id)) for track in islice(known, 3)]
