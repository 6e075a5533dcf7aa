"""What Deezer answers, and what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from linernotes.core.errors import CallFailed, CoolingDown
from linernotes.core.values import Found, WorkItem
from linernotes.providers.deezer.artists import parse
from linernotes.providers.http.rate_limit import Queue, RateLimit
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.clocks import FakeClock
from tests.providers.asking import Asks, AsksScript, facts_of
from tests.providers.conformance import Conformance
from tests.samples import configs
from tests.service import Answer

NAME = "deezer"
ROUTE = "GET /deezer/artist/<id>"
FULL: dict[str, Any] = {
    "id": 12,
    "name": "Les Invisibles",
    "link": "https://www.deezer.com/artist/12",
    "share": "https://www.deezer.com/artist/12?utm_source=deezer",
    "picture": "https://api.deezer.com/artist/12/image",
    "nb_album": 7,
    "nb_fan": 4321,
    "radio": True,
    "tracklist": "https://api.deezer.com/artist/12/top?limit=50",
    "type": "artist",
}
QUOTA = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}


class TestDeezer(Conformance):
    name = NAME
    item = WorkItem("deezer", "artist", "12")
    invalid = tuple(
        WorkItem("deezer", "artist", key) for key in ("abc", "27/top", "27?x", "../user/1", "٢٧", "-27", "2 7", "²")
    )
    thing = FULL
    essential = frozenset({"id"})
    unknown = Answer(200, {"error": {"type": "DataException", "message": "no data", "code": 800}})
    not_about_an_item = (b'{"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}',)

    def body(self, path: str, thing: Any) -> Any:
        return thing

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=str(facts.deezer)) for facts in facts_of(sandbox) if facts.deezer]


@pytest.fixture(scope="module")
def known() -> list[Facts]:
    """Some artists whom Deezer has."""
    catalogue = Generated()
    facts = map(Knowledge(catalogue).of, map(catalogue.id_at, range(100)))
    return [each for each in facts if each and each.deezer]


def key_of(facts: Facts) -> str:
    return str(facts.deezer)


def test_an_artist_is_one_call_and_what_the_service_says(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    facts, key = known[0], key_of(known[0])
    found = asking().by_key(key)[key]
    assert isinstance(found, Found)
    assert found.record == {
        "deezerId": key,
        "canonicalDeezerId": None,
        "name": facts.artist.name,
        "fans": facts.fans,
        "albums": found.raw["nb_album"],
        "link": f"https://www.deezer.com/artist/{key}",
    }
    assert found.raw["id"] == facts.deezer
    assert parse(key, found.raw) == found.record
    assert sandbox.calls()["calls"] == {ROUTE: 1}


def test_a_used_up_window_is_waited_out_and_asked_again(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, QUOTA), Answer(200, QUOTA), Answer(200, FULL))
    assert asked.kinds("12") == {"12": ("Found", None, None)}
    assert [wait for wait in asked.clock.slept if wait >= 1] == [1, 3]
    assert (len(service.seen), asked.client.calls().throttles) == (3, 2)


def test_the_waits_after_a_used_up_window_are_longer_than_the_window(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, QUOTA))
    with pytest.raises(CoolingDown, match="rate limited"):
        asked.by_key("12")
    assert sum(asked.clock.slept) > 5


def test_the_sandbox_too_keeps_a_rolling_window_and_says_so_inside_200(
    asking: Asks, sandbox: Sandbox, known: list[Facts]
) -> None:
    sandbox.faults = Faults(allowance=2, window=600)
    asked = asking()
    for facts in known[:2]:
        asked.by_key(key_of(facts))
    with pytest.raises(CoolingDown):
        asked.by_key(key_of(known[2]))
    assert {call["status"] for call in sandbox.calls()["log"]} == {200}


def test_our_rate_leaves_room_in_every_rolling_window() -> None:
    settings, clock, at = configs().provider("deezer"), FakeClock(), []

    class Stamps:
        def send(self, *_: Any, **__: Any) -> Any:
            at.append(clock.monotonic())

    throttled = RateLimit(Stamps(), Queue(settings.per_second), clock)
    for _ in range(200):
        throttled.send(None)  # type: ignore[arg-type]
    fullest = max(sum(begin <= moment <= begin + 5 for moment in at) for begin in at)
    assert fullest + settings.concurrency - 1 <= 50


def test_a_service_that_is_busy_is_asked_again_and_then_put_off(scripted: AsksScript) -> None:
    busy = {"error": {"type": "Exception", "message": "Service busy", "code": 700}}
    asked, _ = scripted(Answer(200, busy), Answer(200, FULL))
    assert asked.kinds("12") == {"12": ("Found", None, None)}
    asked, _ = scripted(Answer(200, busy))
    with pytest.raises(CallFailed) as failed:
        asked.by_key("12")
    assert (failed.value.reason, failed.value.status) == ("http_503", 503)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"type": "ParameterException", "message": "Wrong parameter", "code": 500}, "error_500"),
        ({"type": "OAuthException", "message": "Invalid token", "code": 300}, "error_300"),
        ({"type": "DataException", "message": "no data"}, "error_None"),
        ("no data", "error_unknown"),
        ({}, "error_None"),
        ([800], "error_unknown"),
    ],
)
def test_any_other_error_is_a_failure_and_no_tombstone(scripted: AsksScript, error: Any, reason: str) -> None:
    asked, _ = scripted(Answer(200, {"error": error}))
    assert asked.kinds("12") == {"12": ("Failed", reason, 200)}


def test_no_data_may_be_numbered_in_text(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {"error": {"type": "DataException", "message": "no data", "code": "800"}}))
    assert asked.kinds("12") == {"12": ("Missing", "not_found", 200)}


@pytest.mark.parametrize(
    "body",
    [{}, [], "x", 5, {"name": "Nobody"}, {**FULL, "id": None}, {**FULL, "id": "twelve"}, {"id": 12}, {"id": 7},
     {"id": 12, "name": None, "nb_fan": "many"}],
    ids=str,
)  # fmt: skip
def test_a_body_that_tells_of_no_artist_is_a_failure(scripted: AsksScript, body: Any) -> None:
    asked, _ = scripted(Answer(200, body))
    assert asked.kinds("12") == {"12": ("Failed", "unreadable", 200)}


def test_numbers_may_come_as_text() -> None:
    record = parse("12", {**FULL, "id": "12", "nb_fan": "4321", "nb_album": "7"})
    assert (record["fans"], record["albums"], record["canonicalDeezerId"]) == (4321, 7, None)


def test_an_artist_who_answers_under_another_id_keeps_the_asked_one(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {**FULL, "id": 99}))
    found = asked.by_key("12")["12"]
    assert isinstance(found, Found)
    assert (found.record["deezerId"], found.record["canonicalDeezerId"]) == ("12", "99")


def test_a_wrong_address_makes_no_tombstones(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(404, {"error": {"code": 800}}))
    with pytest.raises(CallFailed) as failed:
        asked.by_key("12")
    assert failed.value.reason == "http_404"


def test_a_thousand_artists_are_a_thousand_calls(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert (asked.provider.batch_size, asked.provider.access_mode) == (1, None)
    keys = [str(number * 10 + 2) for number in range(100)]
    for key in keys:
        asked.by_key(key)
    assert sandbox.calls()["total"] == len(keys)
