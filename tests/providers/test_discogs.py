"""What Discogs answers about releases, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from linernotes.core.values import Failed, Found, WorkItem
from linernotes.providers.discogs.releases import parse
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.discographies import Discographies
from linernotes.sandbox.world.facts import Knowledge
from tests.providers.asking import Asks, AsksScript, facts_of
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

NAME = "discogs"
ROUTE = "GET /discogs/database/search"
RELEASE = WorkItem(NAME, "release", MBID(1), name="Nova", track="Dust")
CODED = replace(RELEASE, barcode="602475093060")
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNREADABLE = ("Failed", "unreadable", 200)


def result(**changes: Any) -> dict[str, Any]:
    """A result of a search."""
    plain = {
        "id": 575009,
        "master_id": 214918,
        "title": "Nova (2) - Dust",
        "year": "2007",
        "country": "Netherlands",
        "format": ["CD", "Album"],
        "label": ["Blue Mill (3)", "The Old Mill Studio"],
        "catno": "BM 12",
        "barcode": ["STEMRA", "0 602475 093060"],
        "genre": ["Electronic"],
        "style": ["Deep House", "Ambient"],
    }
    return {**plain, **changes}


def body(*results: Any, **changes: Any) -> Answer:
    """The answer to a search."""
    return Answer(200, {"pagination": {"items": len(results), "page": 1}, "results": list(results), **changes})


def works(sandbox: Sandbox, number: int) -> list[WorkItem]:
    """Releases that the sandbox has, by names and barcodes."""
    known = Discographies(Knowledge(sandbox.catalogue))
    several = (
        WorkItem(NAME, "release", group.mbid, name=group.artist.artist.name, track=group.title, barcode=edition.barcode)
        for facts in facts_of(sandbox, 60)
        for group in known.of(facts)
        for edition in islice(known.editions(group), 1)
    )
    return list(islice(several, number))


class TestDiscogs(Conformance):
    name = NAME
    item = RELEASE
    invalid = (
        replace(RELEASE, key="short"),
        replace(RELEASE, key=f"{RELEASE.key}\n"),
        replace(RELEASE, name=None),
        replace(RELEASE, track=None),
    )
    thing = result()
    essential = frozenset({"id", "title"})
    deciding = frozenset({"title"})
    unknown = body()

    def body(self, path: str, thing: Any) -> Any:
        return {"pagination": {"items": 1, "page": 1}, "results": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return works(sandbox, 40)


def kind(scripted: AsksScript, item: WorkItem, *script: Answer) -> tuple[Any, int]:
    """What becomes of an item, and in how many calls."""
    asked, service = scripted(*script)
    return asked.kind(item), len(service.seen)


def record(scripted: AsksScript, *results: Any) -> Any:
    """What is found of a release with these editions; the contract takes it."""
    (found,) = scripted(body(*results))[0].ask(RELEASE)
    assert isinstance(found, Found), found
    landed(f"{NAME}/releases", found.record)
    return found.record


def test_what_is_found_is_every_edition_with_the_first_of_its_labels(scripted: AsksScript) -> None:
    second = result(id=2, master_id=0, year="0", country="Nowhere", label="8bitpeoples", catno="none", barcode=None)
    assert record(scripted, result(), result(title="Nova - Rust"), {**second, "style": ["Chiptune"]}) == {
        "releaseGroupMbid": RELEASE.key,
        "genres": ["Electronic"],
        "styles": ["Deep House", "Ambient", "Chiptune"],
        "editions": [
            {
                "discogsReleaseId": "575009",
                "discogsMasterId": "214918",
                "title": "Nova (2) - Dust",
                "year": 2007,
                "countryName": "Netherlands",
                "country": "NL",
                "format": "CD",
                "labelName": "Blue Mill",
                "catalogNumber": "BM 12",
                "barcode": "0 602475 093060",
                "upc": "602475093060",
            },
            {
                "discogsReleaseId": "2",
                "discogsMasterId": None,
                "title": "Nova (2) - Dust",
                "year": None,
                "countryName": "Nowhere",
                "country": None,
                "format": "CD",
                "labelName": "8bitpeoples",
                "catalogNumber": None,
                "barcode": None,
                "upc": None,
            },
        ],
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("8bitpeoples", "8bitpeoples"),
        (["Svek", "Svek"], "Svek"),
        (["Factory (2)"], "Factory"),
        (["Not On Label (Nova Self-released)"], "Not On Label (Nova Self-released)"),
        ([], None),
        (None, None),
        ([None, 5], None),
    ],
    ids=["text", "twice", "numbered", "none", "empty", "null", "nothing"],
)
def test_a_label_is_read_in_every_shape(scripted: AsksScript, given: Any, name: str | None) -> None:
    assert record(scripted, result(label=given))["editions"][0]["labelName"] == name


def test_a_barcode_is_searched_for_first_and_then_the_names(scripted: AsksScript) -> None:
    asked, service = scripted(body(), body(result(barcode=[])))
    assert asked.kind(CODED) == FOUND
    first, second = (parse_qs(urlparse(path).query) for path in service.seen)
    assert (first["barcode"], "artist" in first) == (["602475093060"], False)
    assert (second["artist"], second["release_title"], "barcode" in second) == (["Nova"], ["Dust"], False)
    assert service.headers[0]["Authorization"] == "Discogs token=canary-token"


@pytest.mark.parametrize(
    ("title", "barcode", "found"),
    [
        ("Nova - Dust", "602475093060", True),
        ("NOVA* - Dust (Deluxe Edition)", "602475093060", True),
        ("Nova - Пыль", "602475093060", True),
        ("Новая - Dust", "0602475093060", True),
        ("Nova & The Others - Dust", "602475093060", True),
        ("Others - Rust", "602475093060", False),
        ("Nova - Dust", "111111111111", True),
        ("Nova - Rust", "111111111111", False),
        ("Others - Dust", "111111111111", False),
    ],
    ids=str,
)
def test_two_of_artist_title_and_barcode_have_to_agree(
    scripted: AsksScript, title: str, barcode: str, *, found: bool
) -> None:
    told = kind(scripted, CODED, body(result(title=title, barcode=[barcode])))
    assert told == ((FOUND, 1) if found else (NOT_FOUND, 2))


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Nova - Dust", True),
        ("Nova (14) - Dust", True),
        ("Nova feat. Alma - Dust", True),
        ("Nova - Dust - Remastered", True),
        ("Nova - Dust (Live)", False),
        ("Nova - Dust (Remixes)", False),
        ("Supernova - Dust", False),
    ],
    ids=str,
)
def test_titles_are_compared_without_editions_guests_and_numbers(
    scripted: AsksScript, title: str, *, found: bool
) -> None:
    assert kind(scripted, RELEASE, body(result(title=title)))[0] == (FOUND if found else NOT_FOUND)


def test_a_name_with_a_dash_is_one_name(scripted: AsksScript) -> None:
    item = replace(RELEASE, name="A - B", track="C - D")
    assert kind(scripted, item, body(result(title="A - B - C - D")))[0] == FOUND


@pytest.mark.parametrize(
    "odd", [None, {}, "x", result(title="Nova"), result(id=None)], ids=["null", "empty", "text", "no dash", "no id"]
)
def test_a_result_that_could_be_anybodys_makes_no_tombstone(scripted: AsksScript, odd: Any) -> None:
    assert kind(scripted, RELEASE, body(odd, result(title="Nova - Rust")))[0] == UNREADABLE


@pytest.mark.parametrize("odd", [{"results": None}, {"pagination": None}, {"results": {}}], ids=str)
def test_an_answer_that_is_no_search_is_no_answer(scripted: AsksScript, odd: dict[str, Any]) -> None:
    assert kind(scripted, RELEASE, body(result(), **odd))[0] == UNREADABLE


def test_a_token_with_fewer_calls_a_minute_is_paced_by_what_discogs_says(scripted: AsksScript) -> None:
    def answered(left: int) -> Answer:
        return Answer(200, {"pagination": {}, "results": [result()]}, X_Discogs_Ratelimit_Remaining=str(left))

    asked, _ = scripted(answered(1), answered(0), answered(24))
    before = asked.clock.monotonic()
    for _ in range(3):
        assert asked.kind(RELEASE) == FOUND
    assert 60 <= asked.clock.monotonic() - before < 62


def test_too_many_calls_wait_as_long_as_discogs_says(scripted: AsksScript) -> None:
    refused = Answer(429, {"message": "You are making requests too quickly."}, Retry_After="7")
    asked, service = scripted(refused, body(result()))
    before = asked.clock.monotonic()
    assert asked.kind(RELEASE) == FOUND
    assert (len(service.seen), round(asked.clock.monotonic() - before)) == (2, 7)


def test_the_sandbox_knows_releases_by_barcode_in_one_call_each(asking: Asks, sandbox: Sandbox) -> None:
    asked = [item for item in works(sandbox, 150) if item.barcode]
    outcomes = asking().ask(*asked)
    found: list[Any] = [outcome.record for outcome in outcomes if isinstance(outcome, Found)]
    assert not any(isinstance(outcome, Failed) for outcome in outcomes)
    assert len(found) > 0.7 * len(asked)
    assert sandbox.calls()["calls"][ROUTE] < 1.4 * len(asked)
    labels = {edition["labelName"] for each in found for edition in each["editions"]}
    assert any(str(label).startswith("Not On Label (") for label in labels)
    assert "The Old Mill Studio" not in labels
    for each in found:
        landed(f"{NAME}/releases", each)


def test_what_is_archived_is_read_again_without_the_names() -> None:
    raw = {"results": [result()]}
    assert parse(RELEASE.key, raw)["editions"][0]["labelName"] == "Blue Mill"
