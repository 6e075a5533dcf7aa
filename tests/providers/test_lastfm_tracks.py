"""What Last.fm answers about tracks, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from linernotes.core.values import WorkItem
from linernotes.providers.lastfm.tracks import parse
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import landed
from tests.service import Answer

NAME = "lastfm_tracks"
MBID = "8e99ebff-e5bc-4d1e-93f0-9e1a1d7d1c6a"
ROADS = WorkItem(NAME, "track", MBID, name="Portishead", track="Roads")
ASKED = {"artist": "Portishead", "track": "Roads"}
URL = "https://www.last.fm/music/Portishead/_/Roads"
FULL: dict[str, Any] = {
    "name": "Roads",
    "mbid": "8890857b-4816-3063-a9ce-8db4a3cb6f3d",
    "url": URL,
    "duration": "304000",
    "streamable": {"#text": "0", "fulltrack": "0"},
    "listeners": "901234",
    "playcount": "9876543",
    "artist": {"name": "Portishead", "url": "https://www.last.fm/music/Portishead"},
    "album": {"artist": "Portishead", "title": "Dummy", "image": [], "@attr": {"position": "8"}},
    "toptags": {"tag": [{"name": "trip-hop", "url": "u"}, {"name": "seen live"}, {"name": "portishead"}]},
    "wiki": {"summary": "", "content": ""},
}


class TestLastfmTracks(Conformance):
    name = NAME
    item = ROADS
    invalid = (
        *(replace(ROADS, key="8e99ebff"), replace(ROADS, name=None), replace(ROADS, track=None)),
        *(replace(ROADS, name=" "), replace(ROADS, name="[unknown]")),
    )
    thing = FULL
    essential = frozenset({"name", "artist"})
    unknown = Answer(404, {"error": 6, "message": "Track not found", "links": []})
    tombstone = ("not_found", 404)
    not_about_an_item = (b'{"error": 6, "message": "Invalid parameters - Your request is missing a parameter"}',)
    refusals = (Answer(403, {"error": 10, "message": "canary-key"}), Answer(200, {"error": 26}))

    def body(self, path: str, thing: Any) -> Any:
        return {"artist": {"name": "Cher"}} if "artist.getInfo" in path else {"track": thing}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        listener = Listener(sandbox.catalogue, circle=LARGEST_CIRCLE)
        tracks = (track for several in listener.repertoire() for track in several)
        return [replace(ROADS, name=each.artists[0].name, track=each.name) for each in islice(tracks, 20)]


def asked_for(path: str) -> dict[str, list[str]]:
    """The request's parameters."""
    return parse_qs(urlsplit(path).query)


def test_lengths_are_milliseconds_and_tags_are_those_about_the_music() -> None:
    record = parse(MBID, {"asked": ASKED, "info": FULL})
    assert (record["listeners"], record["playcount"], record["durationMs"]) == (901_234, 9_876_543, 304_000)
    assert (record["tags"], record["albumName"], record["lastfmUrl"]) == (["trip-hop"], "Dummy", URL)
    assert record["isOther"] is False
    landed(f"{NAME}/tracks", record)
    assert parse(MBID, {"asked": ASKED, "info": {**FULL, "duration": "0"}})["durationMs"] is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [({"tag": {"name": "jazz"}}, ["jazz"]), ("", []), ({"#text": "\n"}, []), ([], []), (None, [])],
    ids=str,
)
def test_one_tag_and_none_are_read(tags: Any, expected: list[str]) -> None:
    assert parse(MBID, {"asked": ASKED, "info": {**FULL, "toptags": tags}})["tags"] == expected


def page(title: str, artist: str) -> dict[str, Any]:
    """The record of a page of these names."""
    return dict(parse(MBID, {"asked": ASKED, "info": {**FULL, "name": title, "artist": {"name": artist}}}))


@pytest.mark.parametrize("title", ["ROADS", "Roads - 2011 Remaster", "Roads (feat. Somebody)"])
def test_a_page_of_the_same_names_however_they_are_written_is_that_of_the_track(title: str) -> None:
    assert page(title, "portishead")["isOther"] is False


@pytest.mark.parametrize("names", [("Roads (Live)", "Portishead"), ("Roads", "Portishead & Friends")], ids=str)
def test_a_page_of_other_names_is_another_track(names: tuple[str, str]) -> None:
    assert page(*names)["isOther"] is True


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Roads - 2011 Remaster", "Roads"),
        ("Roads (feat. Somebody) [Remastered]", "Roads"),
        ("Roads (Live) - 2011 Remaster", "Roads (Live) - 2011 Remaster"),
        ("Roads (Somebody Remix)", "Roads (Somebody Remix)"),
    ],
)
def test_the_page_of_a_recording_is_asked_for_not_that_of_its_remaster(
    scripted: AsksScript, written: str, asked: str
) -> None:
    asking, service = scripted(Answer(200, {"track": FULL}))
    asking.ask(replace(ROADS, track=written))
    (path,) = service.seen
    assert (asked_for(path)["track"], asked_for(path)["autocorrect"]) == ([asked], ["1"])


def test_the_sandbox_knows_most_titles_and_others_are_unknown(asking: Asks, sandbox: Sandbox) -> None:
    known = enumerate(TestLastfmTracks().known(sandbox))
    items = [replace(item, key=f"{number:08x}-e5bc-4d1e-93f0-9e1a1d7d1c6a") for number, item in known]
    told = asking().kinds(*items)
    assert {kind for kind, *_ in told.values()} == {"Found", "Missing"}
    assert sandbox.calls()["total"] == len(items)
