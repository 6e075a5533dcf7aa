"""What Deezer answers about ISRCs, and what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from linernotes.core.values import WorkItem
from linernotes.providers.deezer.tracks import parse
from linernotes.sandbox import Sandbox
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import landed
from tests.providers.test_musicbrainz_recordings import codes
from tests.service import Answer

NAME = "deezer_tracks"
ISRC = "QZABC2100001"
ROUTE = "GET /deezer/track/isrc:<id>"
FULL: dict[str, Any] = {
    "id": 4321,
    "title": "Dust",
    "isrc": ISRC,
    "link": "https://www.deezer.com/track/4321",
    "duration": 200,
    "rank": 620_100,
    "release_date": "2007-11-05",
    "bpm": 122.5,
    "gain": -9.1,
    "artist": {"id": 9, "name": "Nova", "type": "artist"},
}


class TestDeezerTracks(Conformance):
    name = NAME
    item = WorkItem(NAME, "track", ISRC)
    invalid = tuple(
        WorkItem(NAME, "track", key) for key in ("short", "QZ-ABC-21-00001", "QZABC21000O1", "../artist/27")
    )
    thing = FULL
    essential = frozenset({"isrc"})
    unknown = Answer(200, {"error": {"type": "DataException", "message": "no data", "code": 800}})

    def body(self, path: str, thing: Any) -> Any:
        return thing

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=code) for code in codes(20)]


def test_a_code_is_one_call_and_some_are_unknown(asking: Asks, sandbox: Sandbox) -> None:
    told = asking().kinds(*codes(20))
    assert set(told.values()) == {("Found", None, None), ("Missing", "not_found", 200)}
    assert sandbox.calls()["calls"] == {ROUTE: 20}


def test_seconds_become_milliseconds_and_a_tempo_of_nought_is_none() -> None:
    record = parse(ISRC, FULL)
    assert (record["durationMs"], record["tempo"], record["gain"], record["rank"]) == (200_000, 122.5, -9.1, 620_100)
    assert (record["deezerTrackId"], record["title"], record["artistName"]) == ("4321", "Dust", "Nova")
    landed(f"{NAME}/tracks", record)
    nothing = parse(ISRC, {**FULL, "bpm": 0, "duration": 0})
    assert (nothing["tempo"], nothing["durationMs"]) == (None, None)


@pytest.mark.parametrize("other", ["QZABC2199999", None, "", 5], ids=repr)
def test_a_track_with_another_code_is_no_answer(scripted: AsksScript, other: Any) -> None:
    asked, _ = scripted(Answer(200, {**FULL, "isrc": other}))
    assert asked.kinds(ISRC) == {ISRC: ("Failed", "unreadable", 200)}
