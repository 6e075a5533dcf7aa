"""What Last.fm answers, and what becomes of it."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError, CoolingDown
from linernotes.core.values import Failed, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.world.facts import Knowledge
from tests.providers.asking import ABBA, Asker, AsksScript, known
from tests.providers.conformance import Conformance
from tests.samples import LONG_AGO, dataset
from tests.service import Answer

NAME = "lastfm"
KEY = "canary-key"
MBID = "d87e52c5-bb8d-4da8-b941-9f4928627dc8"
LINK = '<a href="https://www.last.fm/music/ABBA">Read more on Last.fm</a>'
LICENCE = "User-contributed text is available under the Creative Commons By-SA License; additional terms may apply."
UNKNOWN = {"error": 6, "message": "The artist you supplied could not be found", "links": []}
INFO: dict[str, Any] = {
    "name": "ABBA",
    "mbid": MBID,
    "url": "https://www.last.fm/music/ABBA",
    "image": [{"#text": "https://lastfm.freetls.fastly.net/i/u/34s/star.png", "size": "small"}],
    "streamable": "0",
    "ontour": "0",
    "stats": {"listeners": "3000000", "playcount": "99000000"},
    "similar": {"artist": [{"name": "Boney M.", "url": "https://www.last.fm/music/Boney+M.", "image": []}]},
    "tags": {"tag": [{"name": "pop", "url": "https://www.last.fm/tag/pop"}]},
    "bio": {"summary": f"Swedish. {LINK}", "content": f"Swedish, and more. {LINK}. {LICENCE}"},
}
TAGS = {"toptags": {"tag": [{"name": "pop", "count": 100}, {"name": "disco", "count": "60"}], "@attr": {}}}
SIMILAR = {"similarartists": {"artist": [{"name": "Boney M.", "mbid": "", "match": "0.75", "url": "u"}], "@attr": {}}}


def told(info: Any = INFO, tags: Any = TAGS, similar: Any = SIMILAR) -> Callable[[str], Answer]:
    """A service with these answers to the three questions."""

    def answer(path: str) -> Answer:
        body = tags if "getTopTags" in path else similar if "getSimilar" in path else {"artist": info}
        return body if isinstance(body, Answer) else Answer(200, body)

    return answer


class TestLastfm(Conformance):
    name = NAME
    item = replace(ABBA, provider="lastfm")
    invalid = (replace(item, name=None), replace(item, name=" "), replace(item, name="[unknown]"))
    thing = INFO
    essential = frozenset({"name"})
    unknown = Answer(404, UNKNOWN)
    tombstone = ("not_found", 404)
    not_about_an_item = (b'{"error": 6, "message": "Invalid parameters - Your request is missing a parameter"}',)
    refusals = tuple(Answer(403, {"error": code, "message": f"canary-key {code}"}) for code in (4, 9, 10, 13, 14, 26))

    def body(self, path: str, thing: Any) -> Any:
        return TAGS if "getTopTags" in path else SIMILAR if "getSimilar" in path else {"artist": thing}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return known(sandbox, 5)


@pytest.fixture
def asking(sandbox: Sandbox) -> Asker:
    return Asker(NAME, sandbox.environment())


@pytest.fixture
def scripted(scripted: AsksScript) -> AsksScript:
    """Last.fm as a script plays it, that of somebody who knows ABBA if none is given."""
    return lambda *script, **limits: scripted(*(script or (told(),)), **limits)


def record(scripted: AsksScript, item: WorkItem = ABBA, **answers: Any) -> Any:
    asking, _ = scripted(told(**answers))
    return asking.found(item).record


def test_a_found_artist_is_what_the_service_says(scripted: AsksScript) -> None:
    asking, service = scripted()
    found = asking.found(replace(ABBA, mbid=MBID))
    assert found.record == {
        "artistId": ABBA.key,
        "askedName": "ABBA",
        "askedMbid": MBID,
        "matchedName": "ABBA",
        "matchedMbid": MBID,
        "lastfmUrl": "https://www.last.fm/music/ABBA",
        "listeners": 3_000_000,
        "playcount": 99_000_000,
        "tags": [{"tag": "pop", "weight": 100}, {"tag": "disco", "weight": 60}],
        "similar": [{"name": "Boney M.", "mbid": None, "url": "u", "match": 0.75}],
        "bio": "Swedish.",
        "matchedBy": "mbid",
        "nameMatches": True,
    }
    assert len(service.seen) == 3


def test_the_sandboxs_artists_are_found_as_it_knows_them(asking: Asker, sandbox: Sandbox) -> None:
    for item in known(sandbox, 20):
        facts = Knowledge(sandbox.catalogue).of(item.key)
        found = asking.found(item).record
        assert facts is not None
        assert (found["matchedName"], found["listeners"], found["playcount"]) == (
            *(facts.artist.name, facts.listeners, facts.plays),
        )
        assert found["nameMatches"] is True
        assert {tag["tag"] for tag in found["tags"]} >= set(facts.artist.genres[:3])
        LineReader(dataset("lastfm/artist_info")).read(_landed(found))


def test_an_artist_costs_three_calls_at_most_also_where_its_mbid_is_not_known(asking: Asker, sandbox: Sandbox) -> None:
    for item in known(sandbox, 30, mbid=True):
        before = sandbox.calls()["total"]
        found = asking.found(item).record
        assert sandbox.calls()["total"] - before <= 3
        assert found["tags"]
        assert found["similar"]
    assert sandbox.calls()["total"] > 60


def test_after_an_mbid_that_is_not_known_the_name_is_asked_for(scripted: AsksScript) -> None:
    asking, service = scripted(Answer(400, UNKNOWN), told())
    found = asking.found(replace(ABBA, mbid=MBID)).record
    assert (found["matchedBy"], found["askedMbid"]) == ("name", MBID)
    assert f"mbid={MBID}" in service.seen[0]
    assert "artist=ABBA" in service.seen[1]
    assert "autocorrect=1" in service.seen[1]
    assert [each["match"] for each in found["similar"]] == [None]
    assert len(service.seen) == 3


def test_an_mbid_alone_is_enough(scripted: AsksScript) -> None:
    found = record(scripted, replace(ABBA, name=None, mbid=MBID))
    assert (found["matchedBy"], found["askedName"], found["nameMatches"]) == ("mbid", None, None)


@pytest.mark.parametrize("code", [6, 7, "6"])
@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_who_is_not_known_is_missing_whatever_the_status(scripted: AsksScript, status: int, code: Any) -> None:
    asking, service = scripted(Answer(status, {**UNKNOWN, "error": code}))
    assert asking.kind(replace(ABBA, mbid=MBID)) == ("Missing", "not_found", status)
    assert len(service.seen) == 2


@pytest.mark.parametrize("code", [8, 11, 16])
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_what_may_go_better_is_asked_again_whatever_the_status(scripted: AsksScript, status: int, code: int) -> None:
    asking, service = scripted(Answer(status, {"error": code}), told())
    assert asking.found().record["listeners"] == 3_000_000
    assert len(service.seen) == 4
    with pytest.raises(CallFailed):
        scripted(Answer(status, {"error": code}))[0].ask(ABBA)


@pytest.mark.parametrize("status", [200, 400, 403, 429])
def test_being_too_fast_is_waited_out_for_half_a_minute_and_then_has_the_provider_cool_down(
    scripted: AsksScript, status: int
) -> None:
    asking, _ = scripted(Answer(status, {"error": 29}), Answer(status, {"error": 29}), told())
    assert asking.found()
    assert [wait for wait in asking.clock.slept if wait > 1] == [30, 60]
    assert asking.client.calls().throttles == 2
    with pytest.raises(CoolingDown):
        scripted(Answer(status, {"error": 29}))[0].ask(ABBA)


@pytest.mark.parametrize("code", [4, 9, 10, 13, 14, 26, "10"])
@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_refused_key_ends_everything(scripted: AsksScript, status: int, code: Any) -> None:
    asking, service = scripted(Answer(status, {"error": code, "message": f"Invalid API key {KEY}"}))
    with pytest.raises(AccessRefused, match="LASTFM_API_KEY") as refused:
        asking.ask(ABBA)
    assert len(service.seen) == 1
    assert KEY not in refused.value.message + refused.value.remedy


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, {"error": 17}), "error_17"),
        (Answer(404, {"fine": True}), "http_404"),
        (Answer(200, []), "unreadable"),
        (Answer(200, "x"), "unreadable"),
        (Answer(200, {}), "unreadable"),
        (Answer(200, {"artist": None}), "unreadable"),
        (Answer(200, {"artist": [INFO]}), "unreadable"),
        (Answer(200, {"error": {"odd": 1}}), "unreadable"),
        (Answer(200, {"error": "Failed"}), "unreadable"),
    ],
    ids=lambda given: given if isinstance(given, str) else str(given.body),
)
def test_what_cannot_be_read_is_asked_for_again_another_day(scripted: AsksScript, answer: Answer, reason: str) -> None:
    assert scripted(answer)[0].kind() == ("Failed", reason, answer.status)


def test_a_page_under_400_is_a_gateways_and_asked_for_again_at_once(scripted: AsksScript) -> None:
    assert scripted(Answer(400, b"<html>Bad request</html>"), told())[0].found()


@pytest.mark.parametrize(
    ("odd", "column", "expected"),
    [
        ({"tags": {"tag": {"name": "pop"}}}, "tags", [{"tag": "pop", "weight": None}]),
        ({"tags": {"#text": "\n"}}, "tags", []),
        ({"tags": ""}, "tags", []),
        ({"tags": []}, "tags", []),
        ({"similar": {"artist": {"name": "X"}}}, "similar", [{"name": "X", "mbid": None, "url": None, "match": None}]),
        ({"similar": {"#text": "\n", "artist": ""}}, "similar", []),
        ({"similar": []}, "similar", []),
        ({"stats": {"listeners": 5, "playcount": "7"}}, "listeners", 5),
        ({"stats": {"listeners": ""}}, "listeners", None),
        ({"stats": ""}, "playcount", None),
        ({"mbid": ""}, "matchedMbid", None),
        ({"bio": ""}, "bio", None),
        ({"bio": []}, "bio", None),
    ],
    ids=str,
)
def test_one_many_none_and_numbers_in_quotes_are_all_read(
    scripted: AsksScript, odd: Any, column: str, expected: Any
) -> None:
    nothing = Answer(200, UNKNOWN)
    assert record(scripted, info={**INFO, **odd}, tags=nothing, similar=nothing)[column] == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"toptags": {"tag": {"name": "jazz", "count": "100"}}}, [{"tag": "jazz", "weight": 100}]),
        ({"toptags": {"#text": "\n", "artist": "ABBA"}}, [{"tag": "pop", "weight": None}]),
        ({"toptags": []}, [{"tag": "pop", "weight": None}]),
        ({"toptags": {"tag": [None, {"name": ""}, {"name": "jazz"}]}}, [{"tag": "jazz", "weight": None}]),
    ],
    ids=str,
)
def test_weights_that_do_not_come_leave_the_tags_of_the_page(scripted: AsksScript, tags: Any, expected: Any) -> None:
    assert record(scripted, tags=tags)["tags"] == expected


@pytest.mark.parametrize("lists", [{"tags": {}}, {"similar": {}}, {"tags": {"artist": INFO}}], ids=str)
def test_an_answer_that_is_no_list_of_what_was_asked_for_is_not_taken_for_an_empty_one(
    scripted: AsksScript, lists: dict[str, Any]
) -> None:
    assert scripted(told(INFO, **lists))[0].kind() == ("Failed", "unreadable", 200)


def test_a_page_without_a_readable_name_has_failed(scripted: AsksScript) -> None:
    assert scripted(told({**INFO, "name": 5}))[0].kind() == ("Failed", "unreadable", 200)


@pytest.mark.parametrize(
    ("odd", "left"),
    [
        ({"stats": [1]}, {"listeners": None, "playcount": None}),
        ({"stats": {**INFO["stats"], "listeners": "many"}}, {"listeners": None}),
        ({"bio": {"summary": 5}}, {"bio": None}),
        ({"url": {}}, {"lastfmUrl": None}),
        ({"mbid": 5}, {"matchedMbid": None}),
    ],
    ids=str,
)
def test_a_value_of_another_shape_is_null_and_costs_no_other(scripted: AsksScript, odd: Any, left: Any) -> None:
    whole = scripted(told(INFO))[0].found().record
    assert scripted(told({**INFO, **odd}))[0].found().record == {**whole, **left}


@pytest.mark.parametrize("match", ["high", "1.5", -1])
def test_a_match_that_is_no_share_is_null(scripted: AsksScript, match: Any) -> None:
    similar = {"similarartists": {"artist": {"name": "X", "match": match}}}
    (neighbour,) = scripted(told(similar=similar))[0].found().record["similar"]
    assert (neighbour["name"], neighbour["match"]) == ("X", None)


def test_numbers_of_lists_that_the_page_says_are_empty_are_not_asked_for(scripted: AsksScript) -> None:
    asking, service = scripted(told({**INFO, "tags": "", "similar": {"#text": "\n"}}))
    assert (asking.found().record["tags"], len(service.seen)) == ([], 1)


def test_a_list_that_the_page_does_not_mention_is_asked_for(scripted: AsksScript) -> None:
    asking, service = scripted(told({name: value for name, value in INFO.items() if name not in ("tags", "similar")}))
    assert len(asking.found().record["tags"]) == 2
    assert len(service.seen) == 3


def test_calls_can_be_saved_by_configuration(scripted: AsksScript) -> None:
    fewer = {"LINERNOTES_LASTFM__OPTIONS__WEIGHTED_TAGS": "false", "LINERNOTES_LASTFM__OPTIONS__SIMILAR": "0"}
    asking, service = scripted(told(), **fewer)
    found = asking.found().record
    assert found["tags"] == [{"tag": "pop", "weight": None}]
    assert [each["name"] for each in found["similar"]] == ["Boney M."]
    assert len(service.seen) == 1


@pytest.mark.parametrize("option", ["SIMILAR=-1", "SIMILAR=many", "WEIGHTED_TAGS=perhaps"])
def test_a_wrong_option_is_told_with_its_place(option: str) -> None:
    name, _, value = option.partition("=")
    with pytest.raises(ConfigurationError, match=rf"lastfm.yaml: options.{name.lower()}: "):
        Asker(NAME, {}, LASTFM_API_KEY=KEY, **{f"LINERNOTES_LASTFM__OPTIONS__{name}": value})


def test_an_address_that_leads_elsewhere_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"LASTFM_API_URL is http://127\.0\.0\.1:9/3\.0"):
        Asker(NAME, {}, LASTFM_API_KEY=KEY, LASTFM_API_URL="http://127.0.0.1:9/3.0")


@pytest.mark.parametrize("name", ["[unknown]", "[Unknown]", "Various Artists", "[no artist]"])
def test_a_placeholder_is_no_artist_and_not_asked_for(scripted: AsksScript, name: str) -> None:
    asking, service = scripted()
    assert asking.kind(replace(ABBA, name=name)) == ("Missing", "placeholder", None)
    assert service.seen == []


@pytest.mark.parametrize(
    "info", [{"name": "[unknown]"}, {"mbid": "125ec42a-7229-4250-afc5-e057484327fe"}], ids=["name", "mbid"]
)
def test_who_is_answered_as_a_placeholder_is_missing(scripted: AsksScript, info: Any) -> None:
    asking, service = scripted(told({**INFO, **info}))
    assert asking.kind() == ("Missing", "placeholder", 200)
    assert len(service.seen) == 1


def test_an_mbid_that_leads_to_a_placeholder_is_as_good_as_one_that_is_not_known(scripted: AsksScript) -> None:
    manson = replace(ABBA, name="Marilyn Manson", mbid="5dfdca28-9ddc-4853-933c-8bc97d87beec")
    nobody = {"artist": {"name": "[unknown]", "mbid": manson.mbid}}
    asking, service = scripted(Answer(200, nobody), told({**INFO, "name": manson.name, "mbid": manson.mbid}))
    found = asking.found(manson).record
    assert (found["matchedName"], found["matchedBy"], found["nameMatches"]) == ("Marilyn Manson", "name", True)
    assert len(service.seen) == 3
    assert scripted(Answer(200, nobody))[0].kind(replace(manson, name=None)) == ("Missing", "placeholder", 200)


@pytest.mark.parametrize("name", ["Traditional", "Data", "[bsd.u]", "Unknown Mortal Orchestra"])
def test_artists_that_are_called_a_little_like_one_are_artists(scripted: AsksScript, name: str) -> None:
    assert record(scripted, replace(ABBA, name=name), info={**INFO, "name": name})["matchedName"] == name


def test_tags_that_tell_of_the_listener_are_left_out_and_stay_in_the_archive(scripted: AsksScript) -> None:
    junk = ("Seen Live", "favourites", "albums I own", "abba", "A.B.B.A")
    body = {"toptags": {"tag": [{"name": name, "count": 9} for name in (*junk, "pop", "seen")]}}
    found = scripted(told(tags=body))[0].found()
    assert [tag["tag"] for tag in found.record["tags"]] == ["pop", "seen"]
    assert found.raw["topTags"] == body["toptags"]


def test_ten_tags_are_enough(scripted: AsksScript) -> None:
    many = [{"name": f"tag {number}", "count": 100 - number} for number in range(60)]
    found = record(scripted, tags={"toptags": {"tag": [{"name": "seen live", "count": 100}, *many]}})
    assert [tag["tag"] for tag in found["tags"]] == [f"tag {number}" for number in range(10)]


@pytest.mark.parametrize(
    ("summary", "content", "bio"),
    [
        (f" {LINK}", "", None),
        (LINK, f"{LINK}. {LICENCE}", None),
        ("", f"All of it. {LINK}. {LICENCE}", "All of it."),
        ("", f"All of it. {LICENCE}", "All of it."),
        (f'A <a href="u">B</a> song.\n {LINK}', "", 'A <a href="u">B</a> song.'),
        ("Told.", "Told at length.", "Told."),
    ],
)
def test_a_bio_is_without_the_link_and_the_licence(
    scripted: AsksScript, summary: str, content: str, bio: str | None
) -> None:
    assert record(scripted, info={**INFO, "bio": {"summary": summary, "content": content}})["bio"] == bio


@pytest.mark.parametrize(("answered", "matches"), [("Abba", True), ("Björn Again", False), ("ABBA Teens", False)])
def test_a_homonym_can_be_told_apart(scripted: AsksScript, answered: str, matches: object) -> None:
    found = record(scripted, info={**INFO, "name": answered})
    assert (found["askedName"], found["matchedName"], found["nameMatches"]) == ("ABBA", answered, matches)


def test_a_page_proves_itself_by_its_name_or_by_the_id_that_was_asked_for(scripted: AsksScript) -> None:
    nameless = {**INFO, "name": "", "mbid": MBID}
    assert scripted(told(nameless))[0].kind() == ("Failed", "unreadable", 200)
    assert scripted(told(nameless))[0].kind(replace(ABBA, mbid=MBID)) == ("Found", None, None)


def test_the_lists_are_asked_for_by_the_name_that_was_answered(scripted: AsksScript) -> None:
    asking, service = scripted(told({**INFO, "name": "ABBA (SE)"}))
    asking.ask(replace(ABBA, name="Aba", mbid=MBID))
    assert all("artist=ABBA+%28SE%29" in path for path in service.seen[1:])


def test_the_key_is_never_seen_whatever_happens(
    scripted: AsksScript, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("urllib3.connectionpool"), "disabled", False)
    errors: list[str] = []
    for answer in (
        told(),
        Answer(200, {"error": 29}),
        Answer(500, b""),
        Answer(403, {"error": 10}),
        Answer(302, b"", Location="http://127.0.0.1:9/?api_key=x"),
        Answer(200, b'{"half"', cut=2),
    ):
        asking, service = scripted(answer)
        with caplog.at_level(logging.DEBUG):
            try:
                asking.ask(ABBA)
            except Exception as trouble:
                errors += [str(trouble), repr(trouble), repr(trouble.__cause__), str(trouble.__context__ or "")]
        assert f"api_key={KEY}" in service.seen[0]
    assert len(errors) == 20
    nobody = Asker(NAME, {}, LASTFM_API_URL="http://127.0.0.1:9/2.0/", LASTFM_API_KEY=KEY)
    with caplog.at_level(logging.DEBUG), pytest.raises(CallFailed, match="no_connection"):
        nobody.ask(ABBA)
    assert KEY not in caplog.text + "".join(errors)


def test_every_artist_has_one_outcome_on_a_bad_day(sandbox: Sandbox) -> None:
    sandbox.trouble("lastfm", Faults.parse("5xx=0.1,429=0.05,broken=0.05,truncated=0.05,lastfm_error=0.1"))
    asking = Asker(NAME, sandbox.environment(), MAX_RETRIES="9")
    everybody = [*known(sandbox, 40, mbid=True), replace(ABBA, name="nobody at all")]
    outcomes = [outcome for item in everybody for outcome in asking.ask(item)]
    assert [outcome.item for outcome in outcomes] == everybody
    assert not [outcome for outcome in outcomes if isinstance(outcome, Failed)]


def _landed(record: Any) -> bytes:
    return json.dumps({**record, "retrievedAt": LONG_AGO}).encode()
