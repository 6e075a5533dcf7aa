"""What MusicBrainz answers about addresses on Spotify, and what becomes of it."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlparse

import pytest

from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError, CoolingDown
from linernotes.core.values import Found, WorkItem
from linernotes.providers import parser_of
from linernotes.providers.answers import _warn_of_new_field
from linernotes.providers.musicbrainz.artists import PAGE, parse
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.providers.asking import kinds
from tests.providers.conformance import Conformance
from tests.providers.metabrainz import MBID, Round, Scripting, landed
from tests.providers.services import facts_of
from tests.samples import ID, dataset, keys
from tests.service import Answer

URL = "GET /musicbrainz/ws/2/url"
FOUND, NOT_LINKED = ("Found", None, None), ("Missing", "not_linked", 200)
UNREADABLE, UNANSWERED = ("Failed", "unreadable", 200), ("Failed", "unanswered", 200)
Facts_ = Callable[[Facts], Any]


def link(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A link to artist number so and so."""
    artist = {"id": MBID(number), "name": "Nova", "sort-name": "Nova", "disambiguation": "", "type": "Group"}
    return {"type": "free streaming", "target-type": "artist", "ended": False, "artist": artist, **changes}


def address(key: str = ID, *links: Any, **changes: Any) -> dict[str, Any]:
    """An address of these links, one if none is given."""
    return {"id": MBID(9), "resource": PAGE + key, "relations": list(links) or [link()], **changes}


def body(*addresses: Any, **changes: Any) -> Answer:
    """The answer to several addresses."""
    return Answer(200, {"url-count": len(addresses), "url-offset": 0, "urls": list(addresses), **changes})


class TestMusicBrainz(Conformance):
    name = "musicbrainz"
    urls: ClassVar = {"MUSICBRAINZ_API_URL": "/ws/2"}
    item = WorkItem("musicbrainz", "artist", ID)
    invalid = tuple(
        WorkItem("musicbrainz", "artist", key)
        for key in ("short", "x" * 23, "0" * 21 + "é", "0" * 22 + "\n", "0" * 10 + "&" + "0" * 11)
    )
    thing = address()
    essential = frozenset({"resource", "relations"})
    deciding = frozenset({"relations"})
    unknown = body()
    tombstone = ("not_linked", 200)

    def body(self, path: str, thing: Any) -> Any:
        return {"url-count": 1, "url-offset": 0, "urls": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.artist.id) for facts in facts_of(sandbox) if facts.mbid]


@pytest.fixture(scope="module")
def known(catalogue: Generated) -> list[Facts]:
    knowledge = Knowledge(catalogue)
    live = (index for index in range(2_000) if catalogue.state(index) == "live")
    return [facts for facts in (knowledge.of(catalogue.id_at(index)) for index in live) if facts]


def the(known: list[Facts], test: Facts_, number: int = 1) -> list[Facts]:
    """The first so many of whom the test is true."""
    return [facts for facts in known if test(facts)][:number]


def plain(facts: Facts) -> bool:
    return facts.mbid is not None and facts.other_mbid is None


def test_a_hundred_addresses_are_one_call(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    some = the(known, plain, 100)
    outcomes = brainz("musicbrainz").ask(*(facts.artist.id for facts in some))
    assert [type(outcome) for outcome in outcomes] == [Found] * 100
    assert {outcome.item.key: outcome.record["mbid"] for outcome in outcomes if isinstance(outcome, Found)} == {
        facts.artist.id: facts.mbid for facts in some
    }
    assert sandbox.calls()["calls"] == {URL: 1}


def test_a_thousand_artists_are_ten_calls_in_ten_seconds(
    brainz: Round, sandbox: Sandbox, artists: Callable[[int], list[str]]
) -> None:
    asker, ids = brainz("musicbrainz", per_second="1"), artists(1000)
    assert asker.provider.batch_size == 100
    outcomes = [
        outcome
        for start in range(0, 1000, asker.provider.batch_size)
        for outcome in asker.ask(*ids[start : start + asker.provider.batch_size])
    ]
    assert sorted(outcome.item.key for outcome in outcomes) == sorted(ids)
    assert sandbox.calls()["calls"] == {URL: 10}
    assert 9 <= asker.clock.monotonic() <= 10


def test_what_is_found_is_the_artist_behind_the_address(brainz: Round, known: list[Facts]) -> None:
    (facts,) = the(known, plain)
    (found,) = brainz("musicbrainz").ask(facts.artist.id)
    assert isinstance(found, Found)
    assert found.record == {
        "artistId": facts.artist.id,
        "mbid": facts.mbid,
        "mbidCount": 1,
        "artists": [
            {
                "mbid": facts.mbid,
                "name": facts.artist.name,
                "sortName": found.record["artists"][0]["sortName"],
                "disambiguation": "",
                "ended": False,
                "relationType": "free streaming",
            }
        ],
        "ambiguous": False,
    }
    assert parse(facts.artist.id, found.raw) == found.record
    landed("musicbrainz/artist_links", found.record)


def test_an_address_of_two_artists_is_ambiguous_and_nobody_is_guessed(brainz: Round, known: list[Facts]) -> None:
    (facts,) = the(known, lambda facts: facts.other_mbid)
    (found,) = brainz("musicbrainz").ask(facts.artist.id)
    assert isinstance(found, Found)
    assert (found.record["mbid"], found.record["mbidCount"], found.record["ambiguous"]) == (None, 2, True)
    assert {artist["mbid"] for artist in found.record["artists"]} >= {facts.mbid, facts.other_mbid}


def test_an_address_that_is_not_known_is_a_tombstone_among_others_and_alone(brainz: Round, known: list[Facts]) -> None:
    ((stranger,), (friend,)) = the(known, lambda facts: facts.mbid is None), the(known, plain)
    asker = brainz("musicbrainz")
    assert kinds(asker.ask(stranger.artist.id, friend.artist.id)) == {
        stranger.artist.id: NOT_LINKED,
        friend.artist.id: FOUND,
    }
    assert kinds(asker.ask(stranger.artist.id)) == {stranger.artist.id: NOT_LINKED}


def test_an_address_asked_for_alone_is_asked_for_twice_to_get_a_list(scripted_brainz: Scripting) -> None:
    asker, service = scripted_brainz("musicbrainz", body(address()))
    assert kinds(asker.ask(ID)) == {ID: FOUND}
    asked = parse_qs(urlparse(service.seen[0]).query)
    assert asked == {"resource": [PAGE + ID] * 2, "inc": ["artist-rels"], "fmt": ["json"]}


def test_an_answer_for_one_address_may_be_that_address_itself(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", Answer(200, address()))
    (found,) = asker.ask(ID)
    assert isinstance(found, Found)
    assert (found.record["mbid"], found.raw) == (MBID(1), address())


def test_a_single_address_that_is_unknown_may_be_a_404_in_the_services_words(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", Answer(404, {"error": "Not Found", "help": "For usage ..."}))
    assert kinds(asker.ask(ID)) == {ID: NOT_LINKED}


@pytest.mark.parametrize("answer", [Answer(404, b"<html>Not Found</html>"), Answer(404, {"message": "no route"})])
def test_a_404_of_somebody_else_is_a_failure(scripted_brainz: Scripting, answer: Answer) -> None:
    asker, _ = scripted_brainz("musicbrainz", answer)
    with pytest.raises(CallFailed) as failed:
        asker.ask(ID)
    assert (failed.value.reason, failed.value.status) == ("http_404", 404)


def test_a_404_for_several_says_nothing_about_any_of_them(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", Answer(404, {"error": "Not Found"}))
    with pytest.raises(CallFailed):
        asker.ask(*keys(2))


@pytest.mark.parametrize(
    ("links", "mbid", "count"),
    [
        ([link(1), link(2, ended=True)], MBID(1), 1),
        ([link(2, ended=True), link(1)], MBID(1), 1),
        ([link(1, ended=True)], MBID(1), 1),
        ([link(1, ended=True), link(2, ended=True)], None, 2),
        ([link(1), link(2)], None, 2),
        ([link(1), link(2), link(3, ended=True)], None, 2),
        ([link(1), link(1, type="streaming")], MBID(1), 1),
        ([link(1), link(1, ended=True)], MBID(1), 1),
        ([link(1), {"target-type": "label", "type": "free streaming", "label": {"id": MBID(2)}}], MBID(1), 1),
    ],
    ids=[
        "one has ended",
        "the first has ended",
        "the only one has ended",
        "both have ended",
        "two",
        "two and a former",
        "the same twice",
        "the same again",
        "a label",
    ],
)
def test_links_that_have_ended_count_only_if_all_have(links: list[Any], mbid: str | None, count: int) -> None:
    record = parse(ID, address(ID, *links))
    assert (record["mbid"], record["mbidCount"], record["ambiguous"]) == (mbid, count, count > 1)
    assert len(record["artists"]) == sum(link["target-type"] == "artist" for link in links)


def test_an_artist_is_the_same_in_capitals() -> None:
    loud = link(1, artist={"id": MBID(1).upper()})
    assert (parse(ID, address(ID, link(1), loud))["mbid"]) == MBID(1)


def test_two_addresses_may_lead_to_one_artist(scripted_brainz: Scripting) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(address(first), address(second)))
    records = [outcome.record for outcome in asker.ask(first, second) if isinstance(outcome, Found)]
    assert [(record["artistId"], record["mbid"]) for record in records] == [(first, MBID(1)), (second, MBID(1))]


def test_answers_are_matched_by_address_and_not_by_place(scripted_brainz: Scripting) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(address(second, link(2)), address(first, link(1))))
    found = {outcome.item.key: outcome for outcome in asker.ask(first, second)}
    assert [found[key].record["mbid"] for key in (first, second)] == [MBID(1), MBID(2)]  # type: ignore[union-attr]


def test_what_cannot_be_an_id_is_never_sent(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    odd = ["", "short", "x" * 23, "0" * 21 + "é", "0" * 22 + "\n", "0" * 10 + "&" + "0" * 11]
    (facts,) = the(known, plain)
    found = kinds(brainz("musicbrainz").ask(*odd, facts.artist.id))
    assert found == {**dict.fromkeys(odd, ("Missing", "invalid_id", None)), facts.artist.id: FOUND}
    assert kinds(brainz("musicbrainz").ask("odd")) == {"odd": ("Missing", "invalid_id", None)}
    assert sandbox.calls()["total"] == 1


@pytest.mark.parametrize(
    "answer", [[], {}, "x", 5, {"urls": None}, {"urls": "x"}, {"urls": {}}, {"error": "Internal trouble"}], ids=str
)
def test_a_body_without_addresses_fails_every_item(scripted_brainz: Scripting, answer: Any) -> None:
    asker, _ = scripted_brainz("musicbrainz", Answer(200, answer))
    assert kinds(asker.ask(*keys(2))) == dict.fromkeys(keys(2), UNREADABLE)


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"resource": None}, {"resource": "https://example.org/x"}], ids=str)
def test_an_address_that_cannot_be_read_could_be_anybodys(scripted_brainz: Scripting, odd: Any) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(odd, address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


def test_an_address_nobody_asked_for_makes_no_tombstones(scripted_brainz: Scripting) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(address(ID), address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


@pytest.mark.parametrize("said", [2, "2"])
def test_a_list_shorter_than_it_says_makes_no_tombstones(scripted_brainz: Scripting, said: Any) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(address(second), **{"url-count": said}))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


def test_the_sandbox_cuts_lists_too(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(short=1))
    ids = [facts.artist.id for facts in the(known, plain, 5)]
    found = kinds(brainz("musicbrainz").ask(*ids))
    assert found == {key: UNANSWERED if key == min(ids) else FOUND for key in ids}


def test_a_list_that_does_not_say_how_long_it_is_is_believed(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", Answer(200, {"urls": []}))
    assert kinds(asker.ask(*keys(2))) == dict.fromkeys(keys(2), NOT_LINKED)


@pytest.mark.parametrize(
    "links",
    [
        [None, link(1)],
        [link(1), {"target-type": "artist"}],
        [link(1, artist=None)],
        [link(1, artist={"name": "Nova"})],
        [link(1, artist={"id": "no uuid"})],
        [link(1, artist={"id": 5})],
        [link(1, ended="no")],
        "x",
        5,
    ],
    ids=str,
)
def test_a_link_that_cannot_be_read_may_be_the_second_one_so_its_address_fails_alone(
    scripted_brainz: Scripting, links: Any
) -> None:
    first, second = keys(2)
    asker, _ = scripted_brainz("musicbrainz", body(address(first, relations=links), address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNREADABLE, second: FOUND}


def test_one_link_may_come_without_a_list(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", body(address(relations=link(1))))
    assert kinds(asker.ask(ID)) == {ID: FOUND}


@pytest.mark.parametrize("links", [[], [{"target-type": "label", "label": {"id": MBID(1)}}]])
def test_an_address_of_no_artist_is_not_linked(scripted_brainz: Scripting, links: list[Any]) -> None:
    asker, _ = scripted_brainz("musicbrainz", body(address(relations=links)))
    assert kinds(asker.ask(ID)) == {ID: NOT_LINKED}


def test_an_address_without_its_list_of_links_says_nothing(scripted_brainz: Scripting) -> None:
    asker, _ = scripted_brainz("musicbrainz", body({"id": MBID(9), "resource": PAGE + ID}))
    assert kinds(asker.ask(ID)) == {ID: UNREADABLE}


@pytest.mark.parametrize(
    ("absent", "column"), [("name", "name"), ("sort-name", "sortName"), ("disambiguation", "disambiguation")]
)
def test_what_is_not_said_of_an_artist_is_null(absent: str, column: str) -> None:
    given = link(1)
    del given["artist"][absent]
    record = parse(ID, address(ID, given))
    assert record["artists"][0][column] is None
    assert record["mbid"] == MBID(1)
    landed("musicbrainz/artist_links", record)


@pytest.mark.parametrize(
    ("absent", "column"), [("type", "relationType"), ("ended", "ended"), ("target-type", None), ("id", None)]
)
def test_what_is_not_said_of_a_link_is_null_and_counts_as_today(absent: str, column: str | None) -> None:
    record = parse(ID, address(ID, {name: value for name, value in link(1).items() if name != absent}))
    assert record["mbid"] == MBID(1)
    assert column is None or record["artists"][0][column] is None


def test_what_is_parsed_has_the_columns_of_the_contract() -> None:
    columns = {column.name: column for column in dataset("musicbrainz/artist_links").columns}
    record = parse(ID, address())
    assert set(record) | {"retrievedAt"} == set(columns)
    assert list(record["artists"][0]) == [field.name for field in columns["artists"].fields]
    assert parser_of("musicbrainz") is parse


def test_reading_an_address_leaves_the_services_own_object_as_it_was() -> None:
    given = address()
    before = json.dumps(given)
    parse(ID, given)
    assert json.dumps(given) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (address(popularity=1), "addresses now come with 'popularity'"),
        (address(ID, link(1, weight=1)), "links now come with 'weight'"),
        (address(ID, link(1, artist={"id": MBID(1), "ipis": []})), "artists now come with 'ipis'"),
    ],
)
def test_a_field_that_is_new_is_told_once(given: Any, told: str, caplog: pytest.LogCaptureFixture) -> None:
    _warn_of_new_field.cache_clear()
    for _ in range(3):
        parse(ID, given)
    assert [record.getMessage() for record in caplog.records] == [
        f"musicbrainz: {told}, which stays in the archive and is not read"
    ]


def test_an_answer_of_the_sandbox_holds_no_news(
    brainz: Round, known: list[Facts], caplog: pytest.LogCaptureFixture
) -> None:
    _warn_of_new_field.cache_clear()
    with caplog.at_level(logging.WARNING):
        brainz("musicbrainz").ask(*(facts.artist.id for facts in known[:100]))
    assert caplog.records == []


def test_a_503_in_its_words_means_slow_down(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(throttled=1, retry_after=7))
    asker = brainz("musicbrainz")
    with pytest.raises(CoolingDown) as cooldown:
        asker.ask(known[0].artist.id)
    assert cooldown.value.reason == "rate_limited"
    assert [wait for wait in asker.clock.slept if wait >= 1] == [7, 7, 7]
    assert (asker.client.calls().throttles, asker.client.calls().errors) == (4, 0)


def test_a_long_ban_is_never_slept(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(quota=0, quota_retry_after=3600))
    asker = brainz("musicbrainz")
    with pytest.raises(CoolingDown):
        asker.ask(known[0].artist.id)
    assert sandbox.calls()["total"] == 1


def test_any_other_503_is_a_server_error(scripted_brainz: Scripting) -> None:
    asker, service = scripted_brainz("musicbrainz", Answer(503, b"<html>Service Unavailable</html>"))
    with pytest.raises(CallFailed) as failed:
        asker.ask(ID)
    assert (failed.value.reason, len(service.seen)) == ("http_503", 4)


@pytest.mark.parametrize("fault", ["broken", "truncated"])
def test_a_page_or_half_a_body_fails_the_call(brainz: Round, sandbox: Sandbox, known: list[Facts], fault: str) -> None:
    sandbox.trouble("musicbrainz", Faults.parse(f"{fault}=1"))
    with pytest.raises(CallFailed) as failed:
        brainz("musicbrainz").ask(known[0].artist.id)
    assert failed.value.reason == "broken_body"


def test_a_slow_answer_fails_the_call(brainz: Round, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(hang=1, hang_seconds=3))
    with pytest.raises(CallFailed) as failed:
        brainz("musicbrainz", timeout="0.05", attempts="1").ask(known[0].artist.id)
    assert failed.value.reason == "timeout"


def test_json_under_another_content_type_is_read_all_the_same(scripted_brainz: Scripting) -> None:
    answer = body(address())
    answer.headers["Content-Type"] = "text/html"
    asker, _ = scripted_brainz("musicbrainz", answer)
    assert kinds(asker.ask(ID)) == {ID: FOUND}


def test_an_answer_from_elsewhere_is_refused(scripted_brainz: Scripting) -> None:
    asker, service = scripted_brainz("musicbrainz", Answer(301, b"", Location="/ws/2/elsewhere"))
    with pytest.raises(CallFailed, match="redirected"):
        asker.ask(ID)
    assert len(service.seen) == 1


@pytest.mark.parametrize("agent", ["python-requests/2.32", ""])
def test_somebody_without_a_name_is_refused_and_told_what_to_set(brainz: Round, agent: str) -> None:
    with pytest.raises(AccessRefused, match="HTTP 403") as refused:
        brainz("musicbrainz", agent).ask(ID)
    assert "LINERNOTES_CONTACT" in refused.value.remedy


def test_a_400_fails_the_call_and_is_not_asked_again(scripted_brainz: Scripting) -> None:
    asker, service = scripted_brainz("musicbrainz", Answer(400, {"error": "Invalid"}))
    with pytest.raises(CallFailed) as failed:
        asker.ask(ID)
    assert (failed.value.reason, failed.value.status, len(service.seen)) == ("http_400", 400, 1)


def test_checking_is_one_call(brainz: Round, sandbox: Sandbox) -> None:
    asker = brainz("musicbrainz")
    asker.provider.check()
    assert sandbox.calls()["calls"] == {URL: 1}
    nameless = brainz("musicbrainz", "curl/8")
    with pytest.raises(AccessRefused):
        nameless.provider.check()


def test_an_address_of_the_service_that_leads_nowhere_is_a_wrong_setting(scripted_brainz: Scripting) -> None:
    with pytest.raises(ConfigurationError, match="MUSICBRAINZ_API_URL") as refused:
        scripted_brainz("musicbrainz", body(), urls__api="http://127.0.0.1:9/ws")
    assert "/ws/2" in refused.value.remedy
