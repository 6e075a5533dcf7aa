"""What ListenBrainz answers about artists, and what becomes of it."""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from linernotes.core.errors import AccessRefused, ConfigurationError, CoolingDown
from linernotes.core.values import Found, WorkItem
from linernotes.providers.listenbrainz.artists import parse
from linernotes.runs.enrich.extraction import fetch_batch
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.providers.asking import Asker, Asks, AsksScript, facts_of, kinds
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

METADATA, POPULARITY = "GET /listenbrainz/1/metadata/artist/", "POST /listenbrainz/1/popularity/artist"
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNREADABLE, UNANSWERED = ("Failed", "unreadable", 200), ("Failed", "unanswered", 200)
NAME = "listenbrainz"
FULL: dict[str, Any] = {
    "artist_mbid": MBID(1),
    "mbid": MBID(1),
    "name": "Nova",
    "type": "Group",
    "area": "France",
    "begin_year": 1997,
    "end_year": 2011,
    "gender": None,
    "rels": {"wikidata": "https://www.wikidata.org/wiki/Q191352", "youtube": "https://example.org/nova"},
    "tag": {"artist": [{"tag": "chanson", "count": 7, "genre_mbid": MBID(8)}, {"tag": "seen live", "count": 2}]},
}
COUNTS: dict[str, Any] = {"artist_mbid": MBID(1), "total_listen_count": 1000, "total_user_count": 10}
SILENT = {"total_listen_count": None, "total_user_count": None}


class TestListenBrainz(Conformance):
    name = NAME
    item = WorkItem("listenbrainz", "artist", MBID(1))
    invalid = tuple(
        WorkItem("listenbrainz", "artist", key)
        for key in ("short", MBID(1)[:-1], MBID(1) + "\n", MBID(1).replace("-", ""), "x" * 36)
    )
    thing = FULL

    def body(self, path: str, thing: Any) -> Any:
        return [COUNTS] if "popularity" in path else [thing]

    @staticmethod
    def unknown(path: str) -> Answer:
        return Answer(200, [{"artist_mbid": MBID(1), **SILENT}] if "popularity" in path else [])

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.mbid) for facts in facts_of(sandbox) if facts.mbid]


def answering(make: AsksScript, metadata: Any, popularity: Any = None, **limits: str) -> Asker:
    """Somebody who asks a service that always describes and counts like this."""
    counts = [COUNTS] if popularity is None else popularity

    def answer(path: str) -> Answer:
        given = counts if "popularity" in path else metadata
        return given if isinstance(given, Answer) else Answer(200, given)

    return make(answer, **limits)[0]


@pytest.fixture(scope="module")
def known(catalogue: Generated) -> list[Facts]:
    """Artists whom MusicBrainz knows."""
    knowledge = Knowledge(catalogue)
    live = (index for index in range(3_000) if catalogue.state(index) == "live")
    found = (knowledge.of(catalogue.id_at(index)) for index in live)
    return [facts for facts in found if facts and facts.mbid]


def mbids(known: list[Facts], number: int) -> list[str]:
    return [facts.mbid for facts in known[:number] if facts.mbid]


def test_a_thousand_artists_are_eleven_calls(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    asker, asked = asking(per_second="3"), mbids(known, 1000)
    assert asker.provider.batch_size == 1000
    outcomes = asker.ask(*asked)
    assert sorted(outcome.item.key for outcome in outcomes) == sorted(asked)
    assert sandbox.calls()["calls"] == {POPULARITY: 1, METADATA: 10}
    assert asker.clock.monotonic() < 5
    assert sum(isinstance(outcome, Found) for outcome in outcomes) > 980


def test_what_is_found_is_what_the_service_says(asking: Asks, known: list[Facts]) -> None:
    asked = {facts.mbid: facts for facts in known[:50]}
    found = [outcome for outcome in asking().ask(*mbids(known, 50)) if isinstance(outcome, Found)]
    outcome = next(each for each in found if each.record["name"] and each.record["listenCount"])
    facts = asked[outcome.item.key]
    assert {**outcome.record, "gender": None, "links": [], "wikidata": None} == {
        "mbid": facts.mbid,
        "matchedMbid": None,
        "name": facts.artist.name,
        "type": facts.kind,
        "area": facts.country[1],
        "beginYear": facts.begin_year,
        "endYear": None,
        "gender": None,
        "tags": [{"tag": tag, "count": n, "isGenre": tag in facts.artist.genres} for tag, n in facts.tags],
        "listenCount": facts.plays,
        "listenerCount": facts.listeners,
        "links": [],
        "wikidata": None,
    }
    assert {record.record["wikidata"] for record in found} > {None}
    assert all(record.record["wikidata"] in (asked[record.item.key].wikidata, None) for record in found)
    for each in found:
        assert parse(each.item.key, each.raw) == each.record
        landed("listenbrainz/artist_metadata", each.record)


def test_a_record_says_all_that_was_sent() -> None:
    assert parse(MBID(1), {"metadata": FULL, "popularity": COUNTS}) == {
        "mbid": MBID(1),
        "matchedMbid": None,
        "name": "Nova",
        "type": "Group",
        "area": "France",
        "beginYear": 1997,
        "endYear": 2011,
        "gender": None,
        "tags": [
            {"tag": "chanson", "count": 7, "isGenre": True},
            {"tag": "seen live", "count": 2, "isGenre": False},
        ],
        "listenCount": 1000,
        "listenerCount": 10,
        "links": [
            {"type": "wikidata", "url": "https://www.wikidata.org/wiki/Q191352"},
            {"type": "youtube", "url": "https://example.org/nova"},
        ],
        "wikidata": "Q191352",
    }


def test_a_merged_artist_keeps_the_asked_id_and_tells_the_other(asking: Asks, known: list[Facts]) -> None:
    facts = next(facts for facts in known if facts.old_mbid)
    assert facts.old_mbid
    (found,) = asking().ask(facts.old_mbid)
    assert isinstance(found, Found)
    assert (found.record["mbid"], found.record["matchedMbid"]) == (facts.old_mbid, facts.mbid)


def test_an_answer_under_another_id_alone_is_asked_for_until_it_stands_alone(scripted: AsksScript) -> None:
    """Merged, and without a word of which id it was asked by."""
    old, new = MBID(3), MBID(7)
    there = {MBID(number) for number in range(1, 7)} - {old, MBID(5)}

    def answer(path: str) -> Answer:
        if "popularity" in path:
            return Answer(200, [{"artist_mbid": MBID(number), **SILENT} for number in range(1, 7)])
        asked = unquote(path.split("artist_mbids=")[1].partition("&")[0]).split(",")
        given = [new if mbid == old else mbid for mbid in asked if mbid in {*there, old}]
        return Answer(200, [{**FULL, "artist_mbid": mbid, "mbid": mbid} for mbid in given])

    asker, service = scripted(answer)
    outcomes = {outcome.item.key: outcome for outcome in asker.ask(*(MBID(number) for number in range(1, 7)))}
    assert kinds(outcomes.values()) == {**dict.fromkeys([*there, old], FOUND), MBID(5): NOT_FOUND}
    assert outcomes[old].record["matchedMbid"] == new  # type: ignore[union-attr]
    assert len(service.seen) == 4


def test_half_an_answer_that_cannot_be_read_makes_no_tombstones(scripted: AsksScript) -> None:
    asked = [MBID(number) for number in range(1, 5)]
    stranger = Answer(200, [{**FULL, "artist_mbid": MBID(7), "mbid": MBID(7)}])
    silent = Answer(200, [{"artist_mbid": mbid, **SILENT} for mbid in asked])
    asker, _ = scripted(silent, stranger, Answer(200, {"error": "no"}), Answer(200, []))
    assert kinds(asker.ask(*asked)) == dict.fromkeys(asked, UNANSWERED)


def test_an_artist_nobody_asked_for_is_nobodys(scripted: AsksScript) -> None:
    two = [{**FULL, "artist_mbid": MBID(number), "mbid": MBID(number)} for number in (6, 7)]
    asker = answering(scripted, two, [{"artist_mbid": MBID(1), **SILENT}])
    assert kinds(asker.ask(MBID(1))) == {MBID(1): UNANSWERED}


def test_an_artist_is_missing_only_if_neither_knows_it(scripted: AsksScript) -> None:
    described = [{**FULL, "artist_mbid": MBID(number), "mbid": MBID(number)} for number in (1, 2)]
    counted = [
        {**COUNTS, "artist_mbid": MBID(1)},
        {"artist_mbid": MBID(2), **SILENT},
        {**COUNTS, "artist_mbid": MBID(3)},
        {"artist_mbid": MBID(4), **SILENT},
        {"artist_mbid": MBID(5), "total_listen_count": 0, "total_user_count": 0},
    ]
    outcomes = answering(scripted, described, counted).ask(*(MBID(number) for number in range(1, 6)))
    assert kinds(outcomes) == {**{MBID(number): FOUND for number in (1, 2, 3, 5)}, MBID(4): NOT_FOUND}
    records = {outcome.item.key: outcome.record for outcome in outcomes if isinstance(outcome, Found)}
    told = [(records[MBID(number)]["name"], records[MBID(number)]["listenCount"]) for number in (1, 2, 3, 5)]
    assert told == [("Nova", 1000), ("Nova", None), (None, 1000), (None, 0)]
    for record in records.values():
        landed("listenbrainz/artist_metadata", record)


def test_an_id_in_capitals_is_the_same_id(asking: Asks, known: list[Facts]) -> None:
    asker, asked = asking(), mbids(known, 10)
    told = [outcome.record for key in asked for outcome in asker.ask(key) if isinstance(outcome, Found)]
    loud = [outcome.record for outcome in asker.ask(*map(str.upper, asked)) if isinstance(outcome, Found)]
    assert [{**record, "mbid": record["mbid"].lower()} for record in loud] == told
    assert [record["mbid"] for record in loud] == [key.upper() for key in asked]


def test_if_one_description_fails_only_its_hundred_fail(scripted: AsksScript) -> None:
    ids = [f"b1b1b1b1-0001-4001-8001-{number:012d}" for number in range(250)]

    def answer(path: str) -> Answer:
        if "popularity" in path:
            return Answer(200, [{**COUNTS, "artist_mbid": mbid} for mbid in ids])
        return Answer(500, b"<html>") if ids[100] in path else Answer(200, [])

    asker, service = scripted(answer, attempts="2")
    assert kinds(asker.ask(*ids)) == {
        **dict.fromkeys(ids, FOUND),
        **dict.fromkeys(ids[100:200], ("Failed", "http_500", 500)),
    }
    assert len(service.seen) == 5


def test_if_the_counts_fail_nobody_is_described(scripted: AsksScript) -> None:
    asker, service = scripted(Answer(500, b"<html>"), attempts="2")
    answers = fetch_batch(asker.provider, [WorkItem("listenbrainz", "artist", MBID(n)) for n in (1, 2)])
    assert kinds(answers.outcomes) == dict.fromkeys([MBID(1), MBID(2)], ("Failed", "http_500", 500))
    assert len(service.seen) == 2


@pytest.mark.parametrize("answer", [{}, "x", 5, {"error": "no"}], ids=str)
def test_counts_that_cannot_be_read_fail_every_item(scripted: AsksScript, answer: Any) -> None:
    asker, service = scripted(Answer(200, answer))
    assert kinds(asker.ask(MBID(1), MBID(2))) == dict.fromkeys([MBID(1), MBID(2)], UNREADABLE)
    assert len(service.seen) == 1


@pytest.mark.parametrize("answer", [{}, "x", {"error": "no"}, [None], [5], [{"name": "Nova"}]], ids=str)
def test_descriptions_that_cannot_be_read_make_no_tombstones(scripted: AsksScript, answer: Any) -> None:
    asker = answering(scripted, answer, [{"artist_mbid": MBID(1), **SILENT}])
    assert kinds(asker.ask(MBID(1))) == {MBID(1): UNANSWERED}


@pytest.mark.parametrize(
    "counts", [[], [None], [{"total_listen_count": None}], [{"artist_mbid": MBID(1)}], [5]], ids=str
)
def test_counts_that_are_silent_are_null_for_a_described_artist_and_no_tombstone_for_another(
    scripted: AsksScript, counts: Any
) -> None:
    (found,) = answering(scripted, [FULL], counts).ask(MBID(1))
    assert isinstance(found, Found)
    assert (found.record["name"], found.record["listenCount"]) == ("Nova", None)
    assert kinds(answering(scripted, [], counts).ask(MBID(1))) == {MBID(1): UNANSWERED}


def test_an_odd_entry_among_good_ones_is_passed_over(scripted: AsksScript) -> None:
    asker = answering(scripted, [None, FULL], [COUNTS, {"artist_mbid": MBID(2), **SILENT}])
    assert kinds(asker.ask(MBID(1), MBID(2))) == {MBID(1): FOUND, MBID(2): UNANSWERED}


@pytest.mark.parametrize(
    ("odd", "left"),
    [
        ({"name": 5}, {"name": None}),
        ({"begin_year": "long ago"}, {"beginYear": None}),
        ({"begin_year": 19.5}, {"beginYear": None}),
        ({"rels": "x"}, {"links": [], "wikidata": None}),
        ({"rels": {"wikidata": 5}}, {"links": [], "wikidata": None}),
        ({"tag": []}, {"tags": []}),
        ({"tag": {"artist": [None, "chanson"]}}, {"tags": []}),
        (
            {"tag": {"artist": [{"tag": "chanson", "count": True}]}},
            {"tags": [{"tag": "chanson", "count": None, "isGenre": False}]},
        ),
    ],
    ids=str,
)
def test_a_value_of_another_shape_is_null_and_costs_no_other(
    scripted: AsksScript, odd: dict[str, Any], left: dict[str, Any]
) -> None:
    whole, found = (answering(scripted, [given]).found(MBID(1)).record for given in (FULL, {**FULL, **odd}))
    assert found == {**whole, **left}


@pytest.mark.parametrize("counts", [COUNTS, {"artist_mbid": MBID(1), **SILENT}], ids=["counted", "silent"])
def test_a_description_of_nothing_is_no_artist(scripted: AsksScript, counts: dict[str, Any]) -> None:
    hollow: dict[str, Any] = {"artist_mbid": MBID(1), "mbid": MBID(1), "name": None, "tag": {}, "rels": {}}
    outcome = kinds(answering(scripted, [hollow], [counts]).ask(MBID(1)))
    assert outcome == {MBID(1): FOUND if counts is COUNTS else UNREADABLE}


@pytest.mark.parametrize("count", ["many", 1.5, {}])
def test_counts_that_cannot_be_read_do_not_say_that_nobody_knows_an_artist(scripted: AsksScript, count: Any) -> None:
    counts = {"artist_mbid": MBID(1), "total_listen_count": count, "total_user_count": None}
    assert kinds(answering(scripted, [], [counts]).ask(MBID(1))) == {MBID(1): UNREADABLE}


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("beginYear", {"begin_year": "1997"}, 1997),
        ("beginYear", {"begin_year": 1997.0}, 1997),
        ("beginYear", {"begin_year": None}, None),
        ("tags", {"tag": None}, []),
        ("tags", {"tag": {}}, []),
        ("tags", {"tag": {"artist": None}}, []),
        ("tags", {"tag": {"artist": {"tag": "pop", "count": "3"}}}, [{"tag": "pop", "count": 3, "isGenre": False}]),
        ("tags", {"tag": {"artist": [{"tag": "pop"}]}}, [{"tag": "pop", "count": None, "isGenre": False}]),
        ("links", {"rels": None}, []),
        ("links", {"rels": {"lyrics": ["a", "b"]}}, [{"type": "lyrics", "url": "a"}, {"type": "lyrics", "url": "b"}]),
        ("wikidata", {"rels": {"wikidata": "https://wikidata.org/entity/Q5"}}, "Q5"),
        ("wikidata", {"rels": {"youtube": "https://example.org/Q5"}}, None),
        ("wikidata", {"rels": {"wikidata": None}}, None),
        ("matchedMbid", {"mbid": MBID(1).upper()}, None),
        ("matchedMbid", {"mbid": None, "artist_mbid": None}, None),
        ("matchedMbid", {"mbid": MBID(2)}, MBID(2)),
        ("name", {"name": ""}, ""),
    ],
)
def test_what_comes_in_another_form_is_read_and_what_is_not_sent_is_null_or_empty(
    column: str, given: dict[str, Any], expected: Any
) -> None:
    assert parse(MBID(1), {"metadata": {**FULL, **given}, "popularity": COUNTS})[column] == expected


def test_counts_may_come_as_text() -> None:
    counts = {**COUNTS, "total_listen_count": "1000", "total_user_count": 10.0}
    record = parse(MBID(1), {"metadata": None, "popularity": counts})
    assert (record["listenCount"], record["listenerCount"]) == (1000, 10)


@pytest.mark.parametrize("absent", [*COUNTS])
def test_any_count_may_be_missing(absent: str) -> None:
    counts = {name: value for name, value in COUNTS.items() if name != absent}
    landed("listenbrainz/artist_metadata", parse(MBID(1), {"metadata": FULL, "popularity": counts}))


def test_a_new_field_among_the_counts_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        parse(MBID(1), {"popularity": {"mood": "blue"}})
    assert [record.getMessage() for record in caplog.records] == [
        "listenbrainz: new field 'mood' in artists; it is archived but not loaded"
    ]


def test_the_headers_are_obeyed_over_all_calls(asking: Asks, sandbox: Sandbox, known: list[Facts]) -> None:
    sandbox.trouble("listenbrainz", Faults(allowance=4, window=9))
    asker, asked = asking(attempts="1"), mbids(known, 20)
    for _ in range(2):  # two calls each: one for counts, one for descriptions
        asker.ask(*asked)
    assert [wait for wait in asker.clock.slept if wait > 1] == []
    with pytest.raises(CoolingDown):  # the sandbox's own window is not over, but everything was waited for that it said
        asker.ask(*asked)
    assert [round(wait) for wait in asker.clock.slept if wait > 1] == [9]


def test_being_throttled_without_end_lets_the_provider_cool_down(
    asking: Asks, sandbox: Sandbox, known: list[Facts]
) -> None:
    sandbox.trouble("listenbrainz", Faults(allowance=0, window=9))
    asker = asking()
    with pytest.raises(CoolingDown) as cooldown:
        asker.ask(*mbids(known, 1))
    assert cooldown.value.reason == "rate_limited"
    assert asker.client.calls().throttles == 4
    assert sum(asker.clock.slept) > 24


@pytest.mark.parametrize("agent", ["python-requests/2.32", ""])
def test_somebody_without_a_name_is_refused_and_told_what_to_set(asking: Asks, agent: str) -> None:
    with pytest.raises(AccessRefused, match="HTTP 403") as refused:
        asking(user_agent=agent).ask(MBID(1))
    assert "LINERNOTES_CONTACT" in refused.value.remedy


def test_an_address_of_the_service_that_leads_nowhere_is_a_wrong_setting(
    scripted: AsksScript,
) -> None:
    with pytest.raises(ConfigurationError, match="LISTENBRAINZ_API_URL") as refused:
        scripted(Answer(200, []), urls__api="http://127.0.0.1:9/api")
    assert "/1" in refused.value.remedy
