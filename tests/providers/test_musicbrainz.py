"""What MusicBrainz answers about addresses on Spotify, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError, CoolingDown
from linernotes.core.values import Found, WorkItem
from linernotes.providers.musicbrainz.artists import PAGE, parse
from linernotes.providers.port import BatchRefused
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.providers.asking import Asks, AsksScript, facts_of, kinds
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.samples import ID, keys
from tests.service import Answer

NAME = "musicbrainz"
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
    name = NAME
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


def test_a_hundred_addresses_are_one_call(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    some = the(known, plain, 100)
    outcomes = asking().ask(*(facts.artist.id for facts in some))
    assert [type(outcome) for outcome in outcomes] == [Found] * 100
    assert {outcome.item.key: outcome.record["mbid"] for outcome in outcomes if isinstance(outcome, Found)} == {
        facts.artist.id: facts.mbid for facts in some
    }
    assert sandbox.calls()["calls"] == {URL: 1}


def test_a_thousand_artists_are_ten_calls_in_ten_seconds(
    asking: Asks, sandbox: Sandbox, artists: Callable[[int], list[str]]
) -> None:
    asker, ids = asking(per_second="1"), artists(1000)
    assert asker.provider.batch_size == 100
    outcomes = [
        outcome
        for start in range(0, 1000, asker.provider.batch_size)
        for outcome in asker.ask(*ids[start : start + asker.provider.batch_size])
    ]
    assert sorted(outcome.item.key for outcome in outcomes) == sorted(ids)
    assert sandbox.calls()["calls"] == {URL: 10}
    assert 9 <= asker.clock.monotonic() <= 10


def test_what_is_found_is_the_artist_behind_the_address(asking: Asks, known: list[Facts]) -> None:
    (facts,) = the(known, plain)
    (found,) = asking().ask(facts.artist.id)
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


def test_an_address_of_two_artists_is_ambiguous_and_nobody_is_guessed(asking: Asks, known: list[Facts]) -> None:
    (facts,) = the(known, lambda facts: facts.other_mbid)
    (found,) = asking().ask(facts.artist.id)
    assert isinstance(found, Found)
    assert (found.record["mbid"], found.record["mbidCount"], found.record["ambiguous"]) == (None, 2, True)
    assert {artist["mbid"] for artist in found.record["artists"]} >= {facts.mbid, facts.other_mbid}


def test_an_address_that_is_not_known_is_a_tombstone_among_others_and_alone(asking: Asks, known: list[Facts]) -> None:
    ((stranger,), (friend,)) = the(known, lambda facts: facts.mbid is None), the(known, plain)
    asker = asking()
    assert kinds(asker.ask(stranger.artist.id, friend.artist.id)) == {
        stranger.artist.id: NOT_LINKED,
        friend.artist.id: FOUND,
    }
    assert kinds(asker.ask(stranger.artist.id)) == {stranger.artist.id: NOT_LINKED}


def test_an_address_asked_for_alone_is_asked_for_twice_to_get_a_list(scripted: AsksScript) -> None:
    asker, service = scripted(body(address()))
    assert kinds(asker.ask(ID)) == {ID: FOUND}
    asked = parse_qs(urlparse(service.seen[0]).query)
    assert asked == {"resource": [PAGE + ID] * 2, "inc": ["artist-rels"], "fmt": ["json"]}


def test_an_answer_for_one_address_may_be_that_address_itself(scripted: AsksScript) -> None:
    asker, _ = scripted(Answer(200, address()))
    (found,) = asker.ask(ID)
    assert isinstance(found, Found)
    assert (found.record["mbid"], found.raw) == (MBID(1), address())


def test_a_single_address_that_is_unknown_may_be_a_404_in_the_services_words(scripted: AsksScript) -> None:
    asker, _ = scripted(Answer(404, {"error": "Not Found", "help": "For usage ..."}))
    assert kinds(asker.ask(ID)) == {ID: NOT_LINKED}


@pytest.mark.parametrize("answer", [Answer(404, b"<html>Not Found</html>"), Answer(404, {"message": "no route"})])
def test_a_404_of_somebody_else_is_a_failure(scripted: AsksScript, answer: Answer) -> None:
    asker, _ = scripted(answer)
    with pytest.raises(CallFailed) as failed:
        asker.ask(ID)
    assert (failed.value.reason, failed.value.status) == ("http_404", 404)


def test_a_404_for_several_says_nothing_about_any_of_them(scripted: AsksScript) -> None:
    asker, _ = scripted(Answer(404, {"error": "Not Found"}))
    assert {kind for kind, *_ in kinds(asker.ask(*keys(2))).values()} == {"Failed"}
    with pytest.raises(CallFailed):
        asker.ask(*keys(4))


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


def test_two_addresses_may_lead_to_one_artist(scripted: AsksScript) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(address(first), address(second)))
    records = [outcome.record for outcome in asker.ask(first, second) if isinstance(outcome, Found)]
    assert [(record["artistId"], record["mbid"]) for record in records] == [(first, MBID(1)), (second, MBID(1))]


def test_answers_are_matched_by_address_and_not_by_place(scripted: AsksScript) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(address(second, link(2)), address(first, link(1))))
    found = {outcome.item.key: outcome for outcome in asker.ask(first, second)}
    assert [found[key].record["mbid"] for key in (first, second)] == [MBID(1), MBID(2)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "answer", [[], {}, "x", 5, {"urls": None}, {"urls": "x"}, {"urls": {}}, {"error": "Internal trouble"}], ids=str
)
def test_a_body_without_addresses_fails_every_item(scripted: AsksScript, answer: Any) -> None:
    asker, _ = scripted(Answer(200, answer))
    assert kinds(asker.ask(*keys(2))) == dict.fromkeys(keys(2), UNREADABLE)


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"resource": None}, {"resource": "https://example.org/x"}], ids=str)
def test_an_address_that_cannot_be_read_could_be_anybodys(scripted: AsksScript, odd: Any) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(odd, address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


def test_an_address_nobody_asked_for_makes_no_tombstones(scripted: AsksScript) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(address(ID), address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


@pytest.mark.parametrize("said", [2, "2"])
def test_a_list_shorter_than_it_says_makes_no_tombstones(scripted: AsksScript, said: Any) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(address(second), **{"url-count": said}))
    assert kinds(asker.ask(first, second)) == {first: UNANSWERED, second: FOUND}


def test_the_sandbox_cuts_lists_too(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(short=1))
    ids = [facts.artist.id for facts in the(known, plain, 5)]
    found = kinds(asking().ask(*ids))
    assert found == {key: UNANSWERED if key == min(ids) else FOUND for key in ids}


@pytest.mark.parametrize("answer", [{"urls": []}, address(keys(1)[0])], ids=["no count", "a single address"])
def test_what_does_not_say_how_long_its_list_is_says_nothing_about_the_others(
    scripted: AsksScript, answer: dict[str, Any]
) -> None:
    asker, _ = scripted(Answer(200, answer))
    assert kinds(asker.ask(*keys(2)[1:], "z" * 22)) == dict.fromkeys((keys(2)[1], "z" * 22), UNANSWERED)


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
    scripted: AsksScript, links: Any
) -> None:
    first, second = keys(2)
    asker, _ = scripted(body(address(first, relations=links), address(second)))
    assert kinds(asker.ask(first, second)) == {first: UNREADABLE, second: FOUND}


def test_one_link_may_come_without_a_list(scripted: AsksScript) -> None:
    asker, _ = scripted(body(address(relations=link(1))))
    assert kinds(asker.ask(ID)) == {ID: FOUND}


@pytest.mark.parametrize("links", [[], [{"target-type": "label", "label": {"id": MBID(1)}}]])
def test_an_address_of_no_artist_is_not_linked(scripted: AsksScript, links: list[Any]) -> None:
    asker, _ = scripted(body(address(relations=links)))
    assert kinds(asker.ask(ID)) == {ID: NOT_LINKED}


def test_an_address_without_its_list_of_links_says_nothing(scripted: AsksScript) -> None:
    asker, _ = scripted(body({"id": MBID(9), "resource": PAGE + ID}))
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


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (address(ID, link(1, weight=1)), "new field 'weight' in links"),
        (address(ID, link(1, artist={"id": MBID(1), "ipis": []})), "new field 'ipis' in artists"),
    ],
)
def test_a_new_field_of_a_link_or_its_artist_is_warned_of_once(
    given: Any, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        parse(ID, given)
    assert [record.getMessage() for record in caplog.records] == [f"musicbrainz: {told}; it is archived but not loaded"]


def test_a_503_in_its_words_means_slow_down(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("musicbrainz", Faults(throttled=1, retry_after=7))
    asker = asking()
    with pytest.raises(CoolingDown) as cooldown:
        asker.ask(known[0].artist.id)
    assert cooldown.value.reason == "rate_limited"
    assert [wait for wait in asker.clock.slept if wait >= 1] == [7, 7, 7]
    assert (asker.client.calls().throttles, asker.client.calls().errors) == (4, 0)


@pytest.mark.parametrize("agent", ["python-requests/2.32", ""])
def test_somebody_without_a_name_is_refused_and_told_what_to_set(asking: Asks, agent: str) -> None:
    with pytest.raises(AccessRefused, match="HTTP 403") as refused:
        asking(user_agent=agent).ask(ID)
    assert "LINERNOTES_CONTACT" in refused.value.remedy


def test_an_address_of_the_service_that_leads_nowhere_is_a_wrong_setting(scripted: AsksScript) -> None:
    with pytest.raises(ConfigurationError, match="MUSICBRAINZ_API_URL") as refused:
        scripted(body(), urls__api="http://127.0.0.1:9/ws")
    assert "/ws/2" in refused.value.remedy


def test_a_mirror_that_knows_no_batches_makes_no_tombstones(scripted: AsksScript) -> None:
    first, second, third = keys(3)
    asker, _ = scripted(Answer(200, address(second)))
    assert asker.kinds(first, second, third) == {first: UNANSWERED, second: FOUND, third: UNANSWERED}


def test_a_batch_that_is_too_long_for_a_server_is_cut_down(scripted: AsksScript) -> None:
    asker, _ = scripted(Answer(414, b"<html>"))
    with pytest.raises(BatchRefused):
        asker.ask(*keys(100))
    assert asker.provider.batch_size == 50
    with pytest.raises(CallFailed, match="http_414"):
        asker.ask(ID)


def test_a_blocked_address_is_told_from_a_missing_contact(scripted: AsksScript) -> None:
    with pytest.raises(AccessRefused, match="access denied") as blocked:
        scripted(Answer(403, b"<html>"))[0].ask(ID)
    assert "this network or program that is blocked" in blocked.value.remedy
