"""What ReccoBeats answers about tracks, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from linernotes.core.errors import ConfigurationError
from linernotes.core.values import Found, WorkItem
from linernotes.providers.reccobeats.tracks import SHARES, parse
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.listening import LARGEST_CIRCLE, Listener
from tests.providers.asking import Asks, AsksScript
from tests.providers.conformance import Conformance
from tests.providers.contracts import landed
from tests.samples import ID, keys
from tests.service import Answer

NAME = "reccobeats"
ROUTE = "GET /reccobeats/v1/audio-features"
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNANSWERED = ("Failed", "unanswered", 200)


def features(track: str = ID, **changes: Any) -> dict[str, Any]:
    """The features of a track."""
    plain = {
        "id": "70b85474-5c5e-4430-a309-f1d71ee5cb23",
        "href": f"https://open.spotify.com/track/{track}",
        "isrc": "QZABC2100001",
        "key": 9,
        "mode": 0,
        "tempo": 101.96,
        "loudness": -9.455,
    }
    return {**plain, **dict.fromkeys(SHARES, 0.25), **changes}


def tracks(number: int) -> list[str]:
    """Ids of tracks that Spotify knows."""
    listener = Listener(Generated(), circle=LARGEST_CIRCLE)
    ids = (str(track.id) for several in listener.repertoire() for track in several)
    return list(islice((key for key in ids if listener.track(key)), number))


class TestReccoBeats(Conformance):
    name = NAME
    item = WorkItem("reccobeats", "track", ID)
    invalid = tuple(WorkItem("reccobeats", "track", key) for key in ("short", "x" * 23, "0" * 21 + "é", "0" * 21 + ","))
    thing = features()
    essential = frozenset({"href"})
    deciding = frozenset({"href"})
    unknown = Answer(200, {"content": []})

    def body(self, path: str, thing: Any) -> Any:
        return {"content": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=key) for key in tracks(60)]


def test_forty_tracks_are_one_call_and_most_of_them_are_known(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert asked.provider.batch_size == 40
    told = asked.kinds(*tracks(40))
    assert set(told.values()) == {FOUND, NOT_FOUND}
    assert list(told.values()).count(FOUND) > 24
    assert sandbox.calls()["calls"] == {ROUTE: 1}


def test_what_is_found_is_what_the_service_says(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, {"content": [features()]}))
    (found,) = asked.ask(ID)
    assert isinstance(found, Found)
    assert found.record == {
        "spotifyTrackId": ID,
        "reccobeatsId": features()["id"],
        "isrc": "QZABC2100001",
        "key": 9,
        "mode": 0,
        "tempo": 101.96,
        "loudness": -9.455,
        **dict.fromkeys(SHARES, 0.25),
    }
    assert service.seen[0].endswith(f"/audio-features?ids={ID}")
    landed("reccobeats/features", found.record)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"key": -1, "mode": 1}, {"key": None, "mode": None}),
        ({"key": 0, "mode": 1}, {"key": 0, "mode": 1}),
        ({"key": 0, "mode": None}, {"key": None, "mode": None}),
        ({"tempo": 0}, {"tempo": None}),
        ({"tempo": "98.5"}, {"tempo": 98.5}),
        ({"energy": None}, {"energy": None}),
    ],
    ids=str,
)
def test_what_was_not_found_is_null_and_never_a_value(told: dict[str, Any], kept: dict[str, Any]) -> None:
    record = parse(ID, features(**told))
    assert {name: record[name] for name in kept} == kept


def test_a_track_that_is_left_out_is_a_tombstone_among_others(scripted: AsksScript) -> None:
    first, second = keys(2)
    asked, _ = scripted(Answer(200, {"content": [features(second)]}))
    assert asked.kinds(first, second) == {first: NOT_FOUND, second: FOUND}


@pytest.mark.parametrize(
    "odd",
    [None, 5, {}, {"href": None}, {"href": "https://example.org/x"}, features("z" * 22)],
    ids=["null", "number", "empty", "no page", "another page", "not asked for"],
)
def test_an_entry_that_could_be_anybodys_makes_no_tombstones(scripted: AsksScript, odd: Any) -> None:
    first, second = keys(2)
    asked, _ = scripted(Answer(200, {"content": [odd, features(second)]}))
    assert asked.kinds(first, second) == {first: UNANSWERED, second: FOUND}


def test_a_page_of_an_artist_is_no_track(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {"content": [features(href=f"https://open.spotify.com/artist/{ID}")]}))
    assert asked.kinds(ID) == {ID: UNANSWERED}


def test_a_list_that_was_cut_is_a_list_of_fewer_tracks(asking: Asks, sandbox: Sandbox) -> None:
    asked, some = asking(), tracks(40)
    known = {key for key, kind in asked.kinds(*some).items() if kind == FOUND}
    sandbox.trouble(NAME, Faults(short=1))
    assert {key for key, kind in asked.kinds(*some).items() if kind == FOUND} == known - {min(known)}


def test_it_is_off_until_somebody_switches_it_on(asking: Asks) -> None:
    assert asking().settings.needs == {"enabled": "RECCOBEATS_ENABLED"}
    with pytest.raises(ConfigurationError, match="RECCOBEATS_ENABLED: 'perhaps' is neither yes nor no"):
        asking(RECCOBEATS_ENABLED="perhaps")
