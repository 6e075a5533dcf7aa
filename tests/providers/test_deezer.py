"""What Deezer answers, and what becomes of it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from linernotes.core.errors import AccessRefused, CallFailed, CoolingDown
from linernotes.core.values import Found, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.providers import parser_of
from linernotes.providers.answers import _warn_of_new_field
from linernotes.providers.deezer.artists import NOT_READ, parse
from linernotes.providers.http.rate_limit import Queue, RateLimit
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.clocks import FakeClock
from tests.providers.asking import kinds
from tests.providers.conformance import Conformance
from tests.providers.others import Asker, Asks, AsksScript
from tests.providers.services import facts_of
from tests.samples import LONG_AGO, configs, dataset
from tests.service import Answer, Script, Service

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
    name = "deezer"
    urls: ClassVar = {"DEEZER_API_URL": ""}
    item = WorkItem("deezer", "artist", "12")
    invalid = tuple(
        WorkItem("deezer", "artist", key) for key in ("abc", "27/top", "27?x", "../user/1", "٢٧", "-27", "2 7", "²")
    )
    thing = FULL
    essential = frozenset({"id"})
    unknown = Answer(200, {"error": {"type": "DataException", "message": "no data", "code": 800}})

    def body(self, path: str, thing: Any) -> Any:
        return thing

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=str(facts.deezer)) for facts in facts_of(sandbox) if facts.deezer]


@pytest.fixture
def asking(sandbox: Sandbox) -> Asks:
    """Deezer as the sandbox plays it."""
    return lambda **limits: Asker("deezer", sandbox.environment(), **limits)


@pytest.fixture
def scripted() -> Iterator[AsksScript]:
    """Deezer as a script plays it."""
    with ExitStack() as services:

        def make(*script: Script, **limits: str) -> tuple[Asker, Service]:
            service = services.enter_context(Service(*script))
            return Asker("deezer", {"DEEZER_API_URL": service.url}, **limits), service

        yield make


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
    found = asking().ask(key)[key]
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


def test_no_data_is_a_tombstone_although_it_comes_with_200(asking: Asks) -> None:
    assert kinds(asking().ask("999999992").values()) == {"999999992": ("Missing", "not_found", 200)}


@pytest.mark.parametrize("odd", ["", "abc", "27/top", "27?x", "../user/1", "٢٧", "-27", "2 7", "²"])
def test_what_cannot_be_an_id_is_never_sent(asking: Asks, sandbox: Sandbox, odd: str) -> None:
    assert kinds(asking().ask(odd).values()) == {odd: ("Missing", "invalid_id", None)}
    assert sandbox.calls()["total"] == 0


def test_a_used_up_window_is_waited_out_and_asked_again(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, QUOTA), Answer(200, QUOTA), Answer(200, FULL))
    assert kinds(asked.ask("12").values()) == {"12": ("Found", None, None)}
    assert [wait for wait in asked.clock.slept if wait >= 1] == [1, 3]
    assert (len(service.seen), asked.client.calls().throttles) == (3, 2)


def test_the_waits_after_a_used_up_window_are_longer_than_the_window(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, QUOTA))
    with pytest.raises(CoolingDown, match="slow down"):
        asked.ask("12")
    assert sum(asked.clock.slept) > 5


def test_the_sandbox_too_keeps_a_rolling_window_and_says_so_inside_200(
    asking: Asks, sandbox: Sandbox, known: list[Facts]
) -> None:
    sandbox.faults = Faults(allowance=2, window=600)
    asked = asking()
    for facts in known[:2]:
        asked.ask(key_of(facts))
    with pytest.raises(CoolingDown):
        asked.ask(key_of(known[2]))
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
    assert kinds(asked.ask("12").values()) == {"12": ("Found", None, None)}
    asked, _ = scripted(Answer(200, busy))
    with pytest.raises(CallFailed) as failed:
        asked.ask("12")
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
    assert kinds(asked.ask("12").values()) == {"12": ("Failed", reason, 200)}


def test_no_data_may_be_numbered_in_text(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {"error": {"type": "DataException", "message": "no data", "code": "800"}}))
    assert kinds(asked.ask("12").values()) == {"12": ("Missing", "not_found", 200)}


@pytest.mark.parametrize(
    "body",
    [{}, [], "x", 5, {"name": "Nobody"}, {**FULL, "id": None}, {**FULL, "nb_fan": "many"}, {**FULL, "nb_album": [1]},
     {**FULL, "id": "twelve"}, {**FULL, "nb_fan": 1.5}, {**FULL, "nb_fan": True}],
    ids=str,
)  # fmt: skip
def test_a_body_of_another_shape_is_a_failure(scripted: AsksScript, body: Any) -> None:
    asked, _ = scripted(Answer(200, body))
    assert kinds(asked.ask("12").values()) == {"12": ("Failed", "unreadable", 200)}


def test_numbers_may_come_as_text() -> None:
    record = parse("12", {**FULL, "id": "12", "nb_fan": "4321", "nb_album": "7"})
    assert (record["fans"], record["albums"], record["canonicalDeezerId"]) == (4321, 7, None)


def test_an_artist_who_answers_under_another_id_keeps_the_asked_one(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, {**FULL, "id": 99}))
    found = asked.ask("12")["12"]
    assert isinstance(found, Found)
    assert (found.record["deezerId"], found.record["canonicalDeezerId"]) == ("12", "99")


@pytest.mark.parametrize("absent", ["name", "nb_fan", "nb_album", "link", *sorted(NOT_READ)])
def test_a_field_that_vanishes_is_null_and_no_failure(scripted: AsksScript, absent: str) -> None:
    asked, _ = scripted(Answer(200, {name: value for name, value in FULL.items() if name != absent}))
    found = asked.ask("12")["12"]
    assert isinstance(found, Found)
    line = json.dumps({**found.record, "retrievedAt": LONG_AGO}).encode()
    assert LineReader(dataset("deezer/artists")).read(line)[0] is not None


def test_a_field_that_is_new_is_told_once_and_stays_in_raw(
    scripted: AsksScript, caplog: pytest.LogCaptureFixture
) -> None:
    _warn_of_new_field.cache_clear()
    asked, _ = scripted(Answer(200, {**FULL, "nb_concert": 5}))
    found = [asked.ask("12")["12"] for _ in range(3)]
    assert [record.getMessage() for record in caplog.records] == [
        "deezer: artists now come with 'nb_concert', which stays in the archive and is not read"
    ]
    assert all(isinstance(each, Found) and each.raw["nb_concert"] == 5 for each in found)


def test_what_is_parsed_has_the_columns_of_the_contract() -> None:
    columns = {column.name for column in dataset("deezer/artists").columns}
    assert set(parse("12", FULL)) | {"retrievedAt"} == columns


def test_nothing_that_is_sent_today_counts_as_new(
    asking: Asks, known: list[Facts], caplog: pytest.LogCaptureFixture
) -> None:
    _warn_of_new_field.cache_clear()
    asking().ask(key_of(known[0]))
    assert caplog.records == []


@pytest.mark.parametrize(
    "answer",
    [Answer(200, b"<html>We will be right back</html>"), Answer(200, b'{"id": 12, "na'), Answer(200, FULL, cut=20)],
    ids=["HTML", "half a body", "a connection that breaks off"],
)
def test_a_broken_body_is_asked_for_again_and_then_a_failure(scripted: AsksScript, answer: Answer) -> None:
    asked, service = scripted(answer)
    with pytest.raises(CallFailed) as failed:
        asked.ask("12")
    assert failed.value.reason == "broken_body"
    assert len(service.seen) == asked.settings.attempts


def test_json_under_another_content_type_is_read(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, FULL, Content_Type="text/html"))
    assert kinds(asked.ask("12").values()) == {"12": ("Found", None, None)}


def test_a_redirect_is_not_followed(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(302, b"", Location="http://127.0.0.1:9/artist/12"))
    with pytest.raises(CallFailed) as failed:
        asked.ask("12")
    assert (failed.value.reason, len(service.seen)) == ("redirected", 1)


def test_a_wrong_address_makes_no_tombstones(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(404, {"error": {"code": 800}}))
    with pytest.raises(CallFailed) as failed:
        asked.ask("12")
    assert failed.value.reason == "http_404"


@pytest.mark.parametrize("status", [401, 403])
def test_a_network_that_is_shut_out_is_told_so(scripted: AsksScript, status: int) -> None:
    asked, _ = scripted(Answer(status, {"message": "Forbidden"}))
    with pytest.raises(AccessRefused, match=f"HTTP {status}"):
        asked.ask("12")
    with pytest.raises(AccessRefused):
        asked.check()


def test_an_answer_that_hangs_is_given_up(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.faults = Faults(hang=1, hang_seconds=2)
    with pytest.raises(CallFailed) as failed:
        asking(timeout="0.05", attempts="1").ask(key_of(known[0]))
    assert failed.value.reason == "timeout"


def test_checking_asks_once(asking: Asks, sandbox: Sandbox) -> None:
    asking().check()
    assert sandbox.calls()["calls"] == {ROUTE: 1}


def test_a_thousand_artists_are_a_thousand_calls(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert (asked.provider.batch_size, asked.provider.access_mode) == (1, None)
    keys = [str(number * 10 + 2) for number in range(100)]
    for key in keys:
        asked.ask(key)
    assert sandbox.calls()["total"] == len(keys)


def test_the_archive_can_be_read_again_without_a_call() -> None:
    assert parser_of("deezer") is parse
