"""What Wikidata answers, and what becomes of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.core.errors import AccessRefused, CallFailed, ConfigurationError
from linernotes.core.values import Found, WorkItem
from linernotes.landing.lines import LineReader
from linernotes.providers.wikidata.artists import parse
from linernotes.providers.wikidata.queries import PROPERTIES, facts_of, literal, names_of
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge
from tests.providers.asking import Asks, AsksScript, kinds
from tests.providers.asking import facts_of as sandbox_facts
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID
from tests.samples import ID, LONG_AGO, configs, dataset, keys
from tests.service import Answer

NAME = "wikidata"
ROUTE = "POST /wikidata/sparql"
GIMS = "2pvfGvbL4mouaDY9ZSwUmv"
WD, RANK = "http://www.wikidata.org/entity/", "http://wikiba.se/ontology#"


@pytest.fixture(scope="module")
def everybody() -> list[Facts]:
    """The first artists of the catalogue who answer under their own id."""
    catalogue = Generated()
    found = map(Knowledge(catalogue).of, [catalogue.id_at(index) for index in range(3000)])
    ids = {catalogue.id_at(index) for index in range(3000) if catalogue.state(index) == "live"}
    return [facts for facts in found if facts and facts.artist.id in ids]


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def row(prop: str, value: str, item: str = "Q7", key: str = ID, **more: Any) -> dict[str, Any]:
    """One row, as Wikidata sends it."""
    thing = value[0] == "Q" and value[1:].isdigit()
    bound = uri(WD + value) if thing else {"type": "literal", "value": value}
    base = {"spotify": {"type": "literal", "value": key}, "item": uri(WD + item), "property": uri(WD + prop)}
    rank = uri(f"{RANK}{more.pop('rank', 'Normal')}Rank")
    ended = {"type": "literal", "value": str(more.pop("ended", False)).lower()}
    return {**base, "value": bound, "rank": rank, "ended": ended, **more}


def name(thing: str, said: str, language: str = "en") -> dict[str, Any]:
    return {"id": uri(WD + thing), "name": {"xml:lang": language, "type": "literal", "value": said}}


def read(*facts: Any, names: Sequence[Any] = ()) -> dict[str, Any]:
    """The record of an artist with these rows; its Spotify id is one of them."""
    return dict(parse(ID, {"facts": [row("P1902", ID), *facts], "names": list(names)}))


def table(*rows: Any) -> Answer:
    return Answer(200, {"head": {"vars": []}, "results": {"bindings": list(rows)}})


class TestWikidata(Conformance):
    name = NAME
    item = WorkItem("wikidata", "artist", ID)
    invalid = tuple(
        WorkItem("wikidata", "artist", key)
        for key in ("short", '"' * 22, "\\" * 22, '"} ?s ?p ?o . { ?a ?b', "é" * 22, "0" * 22 + "\n")
    )
    thing = row("P264", "Q11")
    essential = frozenset({"spotify"})
    unknown = table()
    tombstone = ("not_linked", 200)

    def body(self, path: str, thing: Any) -> Any:
        return {"head": {"vars": []}, "results": {"bindings": [thing]}}

    def test_a_value_of_another_shape_costs_its_field_alone(self, ask: Callable[..., Any]) -> None:
        """A row is one value: one that cannot be read costs itself."""
        odd_rows: tuple[Any, ...] = (5, "x", [], {"spotify": {"value": ID}, "item": 5}, {**self.thing, "rank": "x"})
        for odd in odd_rows:
            rows = table(row("P1902", ID), row("P264", "Q11"), odd)
            assert isinstance(ask(rows, table()).outcome, Found), odd

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.artist.id) for facts in sandbox_facts(sandbox) if facts.wikidata]


def test_two_hundred_artists_are_two_calls(asking: Asks, sandbox: Sandbox, everybody: list[Facts]) -> None:
    asked = asking()
    assert asked.provider.batch_size == 200
    outcomes = asked.by_key(*(facts.artist.id for facts in everybody[:200]))
    assert sandbox.calls()["calls"] == {ROUTE: 2}
    for facts in everybody[:200]:
        linked = isinstance(outcomes[facts.artist.id], Found)
        assert linked == (facts.wikidata is not None)


def test_a_thousand_artists_are_ten_calls(asking: Asks, sandbox: Sandbox, everybody: list[Facts]) -> None:
    asked = asking()
    for begin in range(0, 1000, asked.provider.batch_size):
        asked.by_key(*(facts.artist.id for facts in everybody[begin : begin + asked.provider.batch_size]))
    assert sandbox.calls()["total"] == 10


@pytest.mark.parametrize("size", ["100", "250"])
def test_a_batch_may_be_smaller_or_larger(size: str) -> None:
    assert configs(LINERNOTES_WIKIDATA__BATCH_SIZE=size).provider("wikidata").batch_size == int(size)
    with pytest.raises(ConfigurationError):
        configs(LINERNOTES_WIKIDATA__BATCH_SIZE="251")


def test_a_found_artist_is_what_the_service_says(asking: Asks, everybody: list[Facts]) -> None:
    chosen = [each for each in everybody if each.label and each.manager and each.deezer and not each.other_mbid][:20]
    for facts, found in zip(chosen, asking().by_key(*(each.artist.id for each in chosen)).values(), strict=True):
        assert isinstance(found, Found)
        record = found.record
        assert (record["wikidataId"], record["wikidataIds"]) == (facts.wikidata, [facts.wikidata])
        assert record["ambiguous"] is False
        assert record["artistLabel"] in (facts.artist.name, None)
        assert next(each for each in record["labels"] if not each["ended"])["name"] in (facts.label, None)
        assert next(each for each in record["management"] if not each["ended"])["name"] in (facts.manager, None)
        assert {each["name"] for each in record["genres"]} <= {*facts.artist.genres, None}
        assert record["countries"] == [{"id": facts.country[2], "name": facts.country[1]}]
        assert (record["mbids"], record["deezerIds"]) == ([facts.mbid] if facts.mbid else [], [str(facts.deezer)])
        assert record["lastfmNames"] == [facts.artist.name]


def test_a_real_artist_has_his_real_label_and_management(asking: Asks) -> None:
    found = asking().by_key(GIMS)[GIMS]
    assert isinstance(found, Found)
    assert found.record["artistLabel"] == "Gims"
    assert [(each["name"], each["ended"]) for each in found.record["labels"]] == [("Play Two", False)]
    assert [each["name"] for each in found.record["management"]] == ["Renversant Artists"]
    assert found.record["mbids"]
    assert found.record["deezerIds"]


def test_if_nobody_is_found_no_names_are_asked_for(asking: Asks, sandbox: Sandbox) -> None:
    asking().by_key("0" * 22)
    assert sandbox.calls()["total"] == 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_stays_one_literal_whatever_it_holds(text: str) -> None:
    written = literal(text)
    inside = written[1:-1].replace("\\\\", "").replace('\\"', "")
    assert (written[0], written[-1]) == ('"', '"')
    assert '"' not in inside
    assert "\n" not in written
    assert json.loads(written) == text


def test_the_questions_are_plain_sparql_without_unions() -> None:
    facts, names = facts_of([ID, GIMS]), names_of(["Q7"], ["en", "fr"])
    assert f'VALUES ?spotify {{ "{ID}" "{GIMS}" }}' in facts
    assert all(f"(wd:{each} p:{each} ps:{each})" in facts for each in PROPERTIES)
    assert 'LANG(?name) IN ("en", "fr")' in names
    assert not any(word in facts + names for word in ("SERVICE", "UNION", "hint:", "bd:"))


def test_contracts_that_are_over_are_told_and_the_principal_one_is_not() -> None:
    labels = read(
        row("P264", "Q11", ended=True, end={"type": "literal", "value": "2019-12-31T00:00:00Z"}),
        row("P264", "Q12"),
        row("P264", "Q10", ended=True),
        row("P264", "Q13", rank="Preferred"),
        names=[name("Q12", "Play"), name("Q13", "First")],
    )["labels"]
    assert [(each["id"], each["name"], each["ended"]) for each in labels] == [
        ("Q13", "First", False),
        ("Q12", "Play", False),
        ("Q10", None, True),
        ("Q11", None, True),
    ]


def test_a_label_that_was_left_and_joined_again_is_current() -> None:
    labels = read(row("P264", "Q11", ended=True), row("P264", "Q11"))["labels"]
    assert labels == [{"id": "Q11", "name": None, "ended": False}]


def test_a_contract_that_will_end_has_not_ended(asking: Asks, everybody: list[Facts]) -> None:
    asked = asking().by_key(*(facts.artist.id for facts in everybody[:200]))
    rows = [row for each in asked.values() if isinstance(each, Found) for row in each.raw["facts"] if "end" in row]
    ends = {(row["end"]["value"][:4], row["ended"]["value"]) for row in rows if row["end"]["type"] == "literal"}
    assert ends == {("2019", "true"), ("2090", "false")}
    assert {row["ended"]["value"] for row in rows if row["end"]["type"] == "uri"} == {"true"}


def test_managers_and_agencies_are_told_apart() -> None:
    management = read(row("P1875", "Q20"), row("P1037", "Q30"), row("P1875", "Q30"))["management"]
    assert [(each["id"], each["property"]) for each in management] == [
        ("Q30", "P1037"), ("Q20", "P1875"), ("Q30", "P1875"),
    ]  # fmt: skip


def test_two_items_are_ambiguous_and_nobody_is_guessed(asking: Asks, everybody: list[Facts]) -> None:
    shared = next(facts for facts in everybody if facts.wikidata and facts.other_mbid and facts.mbid)
    found = asking().by_key(shared.artist.id)[shared.artist.id]
    assert isinstance(found, Found)
    assert found.record["ambiguous"] is True
    assert found.record["wikidataId"] is None
    assert found.record["wikidataIds"] == [shared.wikidata, f"Q{int((shared.wikidata or '')[1:]) + 8}"]
    assert {shared.mbid, shared.other_mbid} <= set(found.record["mbids"])


def test_namesakes_behind_one_id_keep_the_name_they_share() -> None:
    rows = [row("P1902", ID, "Q8")]
    assert read(*rows, names=[name("Q7", "Air"), name("Q8", "Air")])["artistLabel"] == "Air"
    assert read(*rows, names=[name("Q7", "Air"), name("Q8", "AIR")])["artistLabel"] is None


def test_an_artist_with_two_spotify_ids_is_found_under_both(scripted: AsksScript) -> None:
    first, second = keys(2)
    asked, _ = scripted(table(row("P1902", first, key=first), row("P1902", second, key=second)), table())
    assert set(asked.kinds(first, second).values()) == {("Found", None, None)}


def test_values_that_nobody_knows_are_dropped() -> None:
    made_up = {"value": uri("http://www.wikidata.org/.well-known/genid/0123456789abcdef")}
    blank = {"value": {"type": "bnode", "value": "t123"}}
    assert read(row("P264", "Q11") | made_up, row("P264", "Q12") | blank)["labels"] == []
    assert read(row("P434", "x") | made_up, row("P434", "x") | blank)["mbids"] == []


def test_what_turned_out_wrong_is_dropped_and_what_is_preferred_stands_alone() -> None:
    record = read(
        row("P264", "Q11", rank="Deprecated"),
        row("P434", MBID(1)),
        row("P434", MBID(2), rank="Preferred"),
        row("P136", "Q40"),
        row("P2722", "27"),
        row("P2722", "27"),
    )
    assert (record["labels"], record["mbids"], record["deezerIds"]) == ([], [MBID(2)], ["27"])
    assert record["genres"] == [{"id": "Q40", "name": None}]


def test_names_at_lastfm_are_written_as_people_write_them() -> None:
    assert read(row("P3192", "Daft+Punk"), row("P3192", "AC%2FDC"))["lastfmNames"] == ["AC/DC", "Daft Punk"]


def test_an_id_of_another_service_is_trimmed_and_what_cannot_be_one_is_dropped() -> None:
    typed = {
        "P2722": (" 27 ", "https://www.deezer.com/artist/27", "x"),
        "P434": (MBID(1).upper(), " ", "nobody"),
        "P3192": ("+noredirect/Daft+Punk", " AC%2FDC ", "https://www.last.fm/music/X"),
    }
    record = read(*(row(kind, value) for kind, values in typed.items() for value in values))
    assert (record["deezerIds"], record["mbids"]) == (["27"], [MBID(1)])
    assert record["lastfmNames"] == ["AC/DC", "Daft Punk"]


@pytest.mark.parametrize(
    ("languages", "expected"), [("[en, fr]", "Germany"), ("[fr, en]", "Allemagne"), ("[ja, fr]", "Allemagne")]
)
def test_names_come_in_the_first_language_that_there_is(
    asking: Asks, everybody: list[Facts], languages: str, expected: str
) -> None:
    key = next(each.artist.id for each in everybody if each.wikidata and each.country[0] == "DE")
    found = asking(languages=languages).by_key(key)[key]
    assert isinstance(found, Found)
    assert found.record["countries"][0]["name"] == expected
    assert parse(key, found.raw) == found.record


@pytest.mark.parametrize("odd", ['["en\\") . ?a ?b ?c"]', "[English]", "[e]"])
def test_what_is_no_language_is_refused(odd: str) -> None:
    with pytest.raises(ConfigurationError):
        configs(LINERNOTES_WIKIDATA__LANGUAGES=odd)


def test_a_question_that_takes_too_long_is_halved(asking: Asks, sandbox: Sandbox, everybody: list[Facts]) -> None:
    sandbox.faults = Faults(too_many=100)
    asked = asking()
    outcomes = asked.by_key(*(facts.artist.id for facts in everybody[:200]))
    assert {kind for kind, *_ in kinds(outcomes.values()).values()} == {"Found", "Missing"}
    assert [call["items"] for call in sandbox.calls()["log"]][:2] == [200, 100]
    assert sandbox.calls()["total"] == 5
    assert asked.clock.slept == [wait for wait in asked.clock.slept if wait < 0.5]


def test_it_is_halved_once_and_no_more(asking: Asks, sandbox: Sandbox, everybody: list[Facts]) -> None:
    sandbox.faults = Faults(too_long=1)
    with pytest.raises(CallFailed) as failed:
        asking().by_key(*(facts.artist.id for facts in everybody[:200]))
    assert (failed.value.reason, failed.value.status) == ("too_much", 500)
    assert sandbox.calls()["total"] == 3


def test_half_of_it_may_be_answered(scripted: AsksScript) -> None:
    late = Answer(500, b"java.util.concurrent.TimeoutException")
    first, second = keys(2)
    asked, _ = scripted(late, late, table(row("P1902", second, key=second)), table())
    assert asked.kinds(first, second) == {
        first: ("Failed", "too_much", 500),
        second: ("Found", None, None),
    }


def test_one_artist_cannot_be_halved(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(500, b"java.util.concurrent.TimeoutException"))
    with pytest.raises(CallFailed):
        asked.by_key(ID)
    assert len(service.seen) == 1


def test_an_answer_that_hangs_is_halved_too(asking: Asks, sandbox: Sandbox, everybody: list[Facts]) -> None:
    sandbox.faults = Faults(hang=1, hang_seconds=2)
    with pytest.raises(CallFailed) as failed:
        asking(timeout="0.05", attempts="1").by_key(*(facts.artist.id for facts in everybody[:4]))
    assert failed.value.reason == "timeout"
    assert [call["items"] for call in sandbox.calls()["log"]] == [4, 2, 2]


def test_facts_whose_names_do_not_come_are_not_kept(scripted: AsksScript) -> None:
    asked, service = scripted(table(row("P1902", ID)), Answer(503, b"<html>overloaded</html>"))
    with pytest.raises(CallFailed) as failed:
        asked.by_key(ID)
    assert failed.value.reason == "http_503"
    assert len(service.seen) == 1 + asked.settings.attempts


@pytest.mark.parametrize("body", [[], {}, "x", {"results": None}, {"results": []}, {"boolean": True},
                                  {"results": {"bindings": None}}, {"results": {"bindings": {}}}], ids=str)  # fmt: skip
def test_json_without_rows_is_a_failure_and_no_tombstone(scripted: AsksScript, body: Any) -> None:
    asked, _ = scripted(Answer(200, body))
    with pytest.raises(CallFailed) as failed:
        asked.by_key(ID)
    assert (failed.value.reason, failed.value.status) == ("unreadable", 200)


@pytest.mark.parametrize(
    "odd", [None, 5, "x", [], {}, {"spotify": ID}, {"item": uri(WD + "Q7")}, {"spotify": {}}], ids=str
)
def test_a_row_that_cannot_be_read_may_have_been_anybodys(scripted: AsksScript, odd: Any) -> None:
    here, gone = keys(2)
    asked, _ = scripted(table(row("P1902", here, key=here), odd), table(odd, name("Q7", "Air")))
    outcomes = asked.by_key(here, gone)
    assert kinds(outcomes.values()) == {here: ("Found", None, None), gone: ("Failed", "unreadable", 200)}
    found = outcomes[here]
    assert isinstance(found, Found)
    assert found.record["artistLabel"] == "Air"


def test_what_is_found_fits_the_contract(asking: Asks, everybody: list[Facts]) -> None:
    reader = LineReader(dataset("wikidata/artist_facts"))
    columns = {column.name for column in dataset("wikidata/artist_facts").columns if not column.derived}
    for outcome in asking().by_key(*(facts.artist.id for facts in everybody[:200])).values():
        if isinstance(outcome, Found):
            assert set(outcome.record) | {"retrievedAt"} == columns
            assert reader.read(json.dumps({**outcome.record, "retrievedAt": LONG_AGO}).encode())[0] is not None
            assert parse(outcome.item.key, outcome.raw) == outcome.record


def test_who_is_shut_out_is_told_what_may_help(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(403, b"Please set a user-agent"))
    with pytest.raises(AccessRefused, match="HTTP 403") as refused:
        asked.by_key(ID)
    assert "LINERNOTES_CONTACT" in refused.value.remedy
    with pytest.raises(AccessRefused):
        asked.provider.check()


def test_checking_asks_for_nobody(asking: Asks, sandbox: Sandbox) -> None:
    asking().provider.check()
    assert sandbox.calls()["calls"] == {ROUTE: 1}
    assert sandbox.calls()["log"][0]["items"] == 0


def test_it_is_asked_one_call_at_a_time_and_only_by_those_who_say_whom_to_write_to() -> None:
    settings = configs().provider("wikidata")
    assert (settings.concurrency, settings.needs_contact, settings.timeout, settings.licence) == (1, True, 60, "CC0")
    assert configs(TIMEOUT_WIKIDATA="15").provider("wikidata").timeout == 15
