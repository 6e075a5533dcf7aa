"""What MusicBrainz answers about ISRCs, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import pytest

from linernotes.core.values import Found, WorkItem
from linernotes.providers.musicbrainz.recordings import parse
from linernotes.sandbox import Generated, Sandbox
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

NAME = "musicbrainz_recordings"
ROUTE = "GET /musicbrainz/ws/2/recording"
ONE, TWO, THREE = (f"QZABC210000{number}" for number in (1, 2, 3))
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNANSWERED, UNREADABLE = ("Failed", "unanswered", 200), ("Failed", "unreadable", 200)


def recording(*codes: str, **changes: Any) -> dict[str, Any]:
    """A recording with these codes."""
    artist = {"id": MBID(7), "name": "Nova", "sort-name": "Nova"}
    plain = {
        "id": MBID(1),
        "score": 100,
        "title": "Dust",
        "length": 200_000,
        "video": None,
        "artist-credit": [{"name": "NOVA", "artist": artist}],
        "first-release-date": "2007-11-05",
        "isrcs": list(codes or (ONE,)),
    }
    return {**plain, **changes}


def body(*recordings: Any, **changes: Any) -> Answer:
    """The answer to a search."""
    found = {"created": "2026-11-21T07:00:00Z", "count": len(recordings), "offset": 0, "recordings": list(recordings)}
    return Answer(200, {**found, **changes})


def codes(number: int) -> list[str]:
    """Codes of tracks that Spotify knows."""
    listener = Listener(Generated(), circle=LARGEST_CIRCLE)
    return list(islice((track.isrc for several in listener.repertoire() for track in several), number))


class TestRecordings(Conformance):
    name = NAME
    item = WorkItem(NAME, "track", ONE)
    invalid = tuple(WorkItem(NAME, "track", key) for key in ("short", "QZABC210000", "QZ-ABC-21-00001", "QZABC21000O1"))
    thing = recording()
    essential = frozenset({"id", "isrcs"})
    deciding = frozenset({"id", "isrcs"})
    unknown = body()

    def body(self, path: str, thing: Any) -> Any:
        return {"created": "2026-11-21T07:00:00Z", "count": 1, "offset": 0, "recordings": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=code) for code in codes(60)]


def test_fifty_codes_are_one_search_and_another_one_for_what_it_left_out(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert asked.provider.batch_size == 50
    told = asked.kinds(*codes(50))
    assert set(told.values()) == {FOUND, NOT_FOUND}
    assert sandbox.calls()["calls"] == {ROUTE: 2}


def test_what_is_found_is_every_recording_with_the_code(scripted: AsksScript) -> None:
    asked, service = scripted(body(recording(ONE, TWO), recording(ONE, id=MBID(2), title="Dust (Karaoke)")))
    found = asked.by_key(ONE, TWO)
    assert all(isinstance(outcome, Found) for outcome in found.values())
    one: Any = found[ONE]
    first = {
        "recordingMbid": MBID(1),
        "title": "Dust",
        "artistName": "NOVA",
        "artistMbid": MBID(7),
        "lengthMs": 200_000,
        "firstReleaseDate": "2007-11-05",
    }
    assert one.record == {
        "isrc": ONE,
        "recordings": [first, {**first, "recordingMbid": MBID(2), "title": "Dust (Karaoke)"}],
    }
    landed("musicbrainz_recordings/recordings", one.record)
    asked_for = parse_qs(urlparse(service.seen[0]).query)
    assert asked_for == {
        "query": [f"isrc:({ONE} OR {TWO})"], "limit": ["100"], "offset": ["0"], "fmt": ["json"],
    }  # fmt: skip


def test_more_than_a_hundred_recordings_are_read_page_by_page(scripted: AsksScript) -> None:
    def pages(path: str) -> Answer:
        start = int(parse_qs(urlparse(path).query)["offset"][0])
        several = [recording(ONE, id=str(UUID(int=number))) for number in range(start, min(start + 100, 130))]
        return body(*several, count=130, offset=start)

    asked, service = scripted(pages)
    found: Any = asked.by_key(ONE)[ONE]
    assert (len(found.record["recordings"]), len(service.seen)) == (130, 2)


def test_what_a_search_left_out_is_searched_for_again_before_it_is_a_tombstone(scripted: AsksScript) -> None:
    asked, service = scripted(body(recording(ONE)), body(recording(TWO)))
    assert asked.kinds(ONE, TWO, THREE) == {ONE: FOUND, TWO: FOUND, THREE: NOT_FOUND}
    assert len(service.seen) == 2
    assert f"isrc:({TWO} OR {THREE})" in parse_qs(urlparse(service.seen[1]).query)["query"][0]


@pytest.mark.parametrize(
    "odd",
    [None, 5, {}, recording(id=None), recording(isrcs=None), recording("QZABC2199999")],
    ids=["null", "number", "empty", "no id", "no codes", "another code"],
)
def test_a_recording_that_could_be_anybodys_makes_no_tombstones(scripted: AsksScript, odd: Any) -> None:
    asked, _ = scripted(body(odd, recording(TWO)), body(odd))
    assert asked.kinds(ONE, TWO) == {ONE: UNANSWERED, TWO: FOUND}


def test_a_list_shorter_than_it_says_makes_no_tombstones(scripted: AsksScript) -> None:
    asked, _ = scripted(body(recording(TWO), count=2), body(count=2))
    assert asked.kinds(ONE, TWO) == {ONE: UNANSWERED, TWO: FOUND}


@pytest.mark.parametrize("odd", [[], {}, "x", {"recordings": []}, {"count": 1, "recordings": {}}], ids=str)
def test_what_is_no_answer_to_a_search_fails_every_item(scripted: AsksScript, odd: Any) -> None:
    asked, _ = scripted(Answer(200, odd))
    assert asked.kinds(ONE, TWO) == dict.fromkeys((ONE, TWO), UNREADABLE)


def test_a_code_in_small_letters_is_the_same_code(scripted: AsksScript) -> None:
    asked, _ = scripted(body(recording(ONE.lower())))
    assert asked.kinds(ONE) == {ONE: FOUND}


def test_the_sandbox_gives_some_codes_to_other_titles_too(asking: Asks) -> None:
    found: list[Any] = [outcome for outcome in asking().ask(*codes(200)[:50]) if isinstance(outcome, Found)]
    titles = [{each["title"] for each in outcome.record["recordings"]} for outcome in found]
    assert any(len(several) > 1 for several in titles)
    assert all(parse(outcome.item.key, outcome.raw) == outcome.record for outcome in found)
