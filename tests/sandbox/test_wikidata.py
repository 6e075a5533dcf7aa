"""The imitated query service answers our two questions from what is known of the artists, and has bad days."""

from typing import Any

import pytest
import requests

from linernotes.providers.wikidata.queries import facts_of, names_of
from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Knowledge

US = {"User-Agent": "linernotes/test (me@example.org)", "Accept": "application/sparql-results+json"}
GIMS = "2pvfGvbL4mouaDY9ZSwUmv"


def asked(sandbox: Sandbox, query: str, **headers: str) -> requests.Response:
    url = sandbox.environment()["WIKIDATA_SPARQL_URL"]
    return requests.post(url, data={"query": query}, headers={**US, **headers}, timeout=60)


def rows(sandbox: Sandbox, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked(sandbox, query).json()["results"]["bindings"]
    return found


def last(row: dict[str, Any], name: str) -> str:
    text: str = row[name]["value"]
    return text.rpartition("/")[2]


def test_every_value_is_a_row_and_every_item_has_one(sandbox: Sandbox, live: list[str], catalogue: Generated) -> None:
    found = rows(sandbox, facts_of(live))
    knowledge = Knowledge(catalogue)
    linked = {key for key in live if (facts := knowledge.of(key)) and facts.wikidata}
    assert {row["spotify"]["value"] for row in found} == linked
    assert {row["spotify"]["value"] for row in found if last(row, "property") == "P1902"} == linked


def test_only_what_is_asked_for_is_answered(sandbox: Sandbox, live: list[str]) -> None:
    query = facts_of(live).replace("(wd:P136 p:P136 ps:P136)", "")
    properties = {last(row, "property") for row in rows(sandbox, query)}
    assert "P136" not in properties
    assert {"P264", "P434"} < properties


def test_names_come_in_the_languages_asked_for(sandbox: Sandbox) -> None:
    found = rows(sandbox, names_of(["Q183", "Q30"], ["fr"]))
    assert [(last(row, "id"), row["name"]["xml:lang"], row["name"]["value"]) for row in found] == [
        ("Q183", "fr", "Allemagne"),
        ("Q30", "fr", "États-Unis"),
    ]


def test_a_thing_without_an_item_has_no_name(sandbox: Sandbox) -> None:
    assert rows(sandbox, names_of(["Q7", "Q999999999999"], ["en"])) == []


def test_the_real_artist_is_known(sandbox: Sandbox) -> None:
    found = rows(sandbox, facts_of([GIMS]))
    label = next(last(row, "value") for row in found if last(row, "property") == "P264")
    assert rows(sandbox, names_of([label], ["en"]))[0]["name"]["value"] == "Play Two"


def test_a_query_of_one_engine_only_is_malformed(sandbox: Sandbox) -> None:
    for query in ("", "SELECT * WHERE { ?s ?p ?o }", facts_of([GIMS]) + " SERVICE wikibase:label {}"):
        reply = asked(sandbox, query)
        assert (reply.status_code, "MalformedQueryException" in reply.text) == (400, True)


def test_whoever_does_not_ask_for_json_gets_xml(sandbox: Sandbox) -> None:
    reply = asked(sandbox, facts_of([GIMS]), Accept="*/*")
    assert (reply.status_code, reply.text[:5]) == (200, "<?xml")


def test_a_caller_without_a_name_is_shut_out(sandbox: Sandbox) -> None:
    assert asked(sandbox, facts_of([GIMS]), **{"User-Agent": "python-requests/2.32"}).status_code == 403


def test_a_query_that_takes_too_long_ends_in_java(sandbox: Sandbox, live: list[str]) -> None:
    sandbox.faults = Faults.parse("too_many=50")
    reply = asked(sandbox, facts_of(live))
    assert (reply.status_code, reply.headers["Content-Type"][:10]) == (500, "text/plain")
    assert "java.util.concurrent.TimeoutException" in reply.text
    assert asked(sandbox, facts_of(live[:50])).status_code == 200
    sandbox.faults = Faults.parse("too_long=1")
    assert asked(sandbox, names_of(["Q30"], ["en"])).status_code == 500


@pytest.mark.parametrize(("fault", "status"), [("429=1,retry_after=9", 429), ("broken=1", 200), ("5xx=1", 500)])
def test_bad_days_are_those_of_every_service(sandbox: Sandbox, fault: str, status: int) -> None:
    sandbox.faults = Faults.parse(fault)
    reply = asked(sandbox, facts_of([GIMS]))
    assert reply.status_code == status or (status == 500 and reply.status_code > 500)
    assert status != 429 or reply.headers["Retry-After"] == "9"
    assert "results" not in reply.text


def test_the_log_tells_how_many_were_asked_about(sandbox: Sandbox, live: list[str]) -> None:
    rows(sandbox, facts_of(live[:7]))
    assert sandbox.calls()["log"][0]["items"] == 7
    assert sandbox.calls(asked=True)["asked"] == dict.fromkeys(live[:7], 1)
