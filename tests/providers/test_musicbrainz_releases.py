"""What MusicBrainz answers about release groups, and what becomes of it."""

from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import pytest

from linernotes.core.values import Found, WorkItem
from linernotes.sandbox import Sandbox
from linernotes.sandbox.world.discographies import NO_LABEL, Discographies
from linernotes.sandbox.world.facts import Knowledge
from tests.providers.asking import Asks, AsksScript, facts_of
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

NAME = "musicbrainz_releases"
ROUTE = "GET /musicbrainz/ws/2/release"
ONE, TWO, THREE = MBID(1), MBID(2), MBID(3)
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNANSWERED, UNREADABLE = ("Failed", "unanswered", 200), ("Failed", "unreadable", 200)


def release(group: str = ONE, **changes: Any) -> dict[str, Any]:
    """A release of this group."""
    plain = {
        "id": MBID(5),
        "title": "Dust",
        "disambiguation": "deluxe edition",
        "status": "Official",
        "packaging": "Digipak",
        "artist-credit": [{"name": "NOVA", "artist": {"id": MBID(7), "name": "Nova"}}],
        "release-group": {"id": group, "title": "Dust", "primary-type": "Album"},
        "date": "2007-11-05",
        "country": "FR",
        "barcode": "0602475093060",
        "label-info": [{"catalog-number": "BM 12", "label": {"id": MBID(8), "name": "Blue Mill"}}],
        "track-count": 10,
        "media": [{"format": "CD", "track-count": 10}],
    }
    return {**plain, **changes}


def body(*releases: Any, **changes: Any) -> Answer:
    """The answer to a search."""
    found = {"created": "2026-11-21T07:00:00Z", "count": len(releases), "offset": 0, "releases": list(releases)}
    return Answer(200, {**found, **changes})


def groups(sandbox: Sandbox, number: int) -> list[str]:
    """Release groups that the sandbox has."""
    known = Discographies(Knowledge(sandbox.catalogue))
    return list(islice((group.mbid for facts in facts_of(sandbox, 60) for group in known.of(facts)), number))


class TestReleases(Conformance):
    name = NAME
    item = WorkItem(NAME, "release", ONE)
    invalid = tuple(WorkItem(NAME, "release", key) for key in ("short", ONE[:-1], ONE + "\n", ONE.replace("-", "")))
    thing = release()
    essential = frozenset({"id", "release-group"})
    deciding = frozenset({"id", "release-group"})
    unknown = body()

    def body(self, path: str, thing: Any) -> Any:
        return {"created": "2026-11-21T07:00:00Z", "count": 1, "offset": 0, "releases": [thing]}

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=group) for group in groups(sandbox, 60)]


def record(scripted: AsksScript, *releases: Any) -> Any:
    """What is found of a group with these releases; the contract takes it."""
    found: Any = scripted(body(*releases))[0].by_key(ONE)[ONE]
    landed("musicbrainz_releases/releases", found.record)
    return found.record


def labels(scripted: AsksScript, info: Any) -> list[tuple[str | None, str | None]]:
    """The labels and catalogue numbers that are read from one release's ``label-info``."""
    return [
        (each["name"], each["catalogNumber"]) for each in record(scripted, release(**{"label-info": info}))["labels"]
    ]


def test_fifty_groups_are_one_search_and_another_one_for_further_releases(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    assert asked.provider.batch_size == 50
    told = asked.kinds(*groups(sandbox, 50))
    assert set(told.values()) == {FOUND}
    assert sandbox.calls()["calls"][ROUTE] in (1, 2)


def test_what_is_found_is_every_release_of_the_group_and_every_label_of_these(scripted: AsksScript) -> None:
    second = {**release(id=MBID(6), barcode="", date="2011"), "label-info": []}
    found = record(scripted, release(), second)
    first = {
        "releaseMbid": MBID(5),
        "title": "Dust",
        "disambiguation": "deluxe edition",
        "status": "Official",
        "packaging": "Digipak",
        "date": "2007-11-05",
        "country": "FR",
        "barcode": "0602475093060",
        "upc": "602475093060",
        "format": "CD",
        "trackCount": 10,
    }
    assert found == {
        "releaseGroupMbid": ONE,
        "title": "Dust",
        "primaryType": "Album",
        "secondaryTypes": [],
        "artistName": "NOVA",
        "artistMbid": MBID(7),
        "labels": [{"releaseMbid": MBID(5), "labelMbid": MBID(8), "name": "Blue Mill", "catalogNumber": "BM 12"}],
        "releases": [first, {**first, "releaseMbid": MBID(6), "barcode": "", "upc": None, "date": "2011"}],
    }


@pytest.mark.parametrize(
    ("info", "read"),
    [
        (None, []),
        ([], []),
        ([{"label": {"id": MBID(8), "name": "Blue Mill"}}], [("Blue Mill", None)]),
        ({"catalog-number": "BM 12", "label": None}, [(None, "BM 12")]),
        ([{"label": "Blue Mill", "catalog-number": "BM 12"}], [(None, "BM 12")]),
        (
            [{"catalog-number": "A 1", "label": {"name": "One"}}, {"catalog-number": "B 2", "label": {"name": "Two"}}],
            [("One", "A 1"), ("Two", "B 2")],
        ),
        ([{"label": {"id": NO_LABEL[0], "name": NO_LABEL[1]}}], [("[no label]", None)]),
        ([{}, None, 5], []),
    ],
    ids=["null", "empty", "no number", "one object, no label", "text for a label", "two labels", "no label", "nothing"],
)
def test_labels_are_read_in_every_shape(scripted: AsksScript, info: Any, read: list[Any]) -> None:
    assert labels(scripted, info) == read


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("2007-11-05", "2007-11-05"),
        ("2007-11", "2007-11"),
        ("2007", "2007"),
        ("1998-12-00", "1998-12"),
        ("2016-00-00", "2016"),
        ("0000-00-00", None),
        ("", None),
        (None, None),
        ("soon", None),
    ],
    ids=str,
)
def test_dates_are_read_as_far_as_they_are_known(scripted: AsksScript, date: Any, read: str | None) -> None:
    assert record(scripted, release(date=date))["releases"][0]["date"] == read


def test_more_than_a_hundred_releases_are_read_page_by_page(scripted: AsksScript) -> None:
    def pages(path: str) -> Answer:
        start = int(parse_qs(urlparse(path).query)["offset"][0])
        several = [release(id=str(UUID(int=number))) for number in range(start, min(start + 100, 130))]
        return body(*several, count=130, offset=start)

    asked, service = scripted(pages)
    found: Any = asked.by_key(ONE)[ONE]
    assert (len(found.record["releases"]), len(service.seen)) == (130, 2)


def test_groups_with_too_many_releases_for_one_search_are_searched_for_in_halves(scripted: AsksScript) -> None:
    def many(path: str) -> Answer:
        asked = parse_qs(urlparse(path).query)["query"][0]
        known = [release(group, id=MBID(number)) for number, group in enumerate((ONE, TWO)) if group in asked]
        return body(*known, count=1_001 if len(known) == 2 else 1)

    asked, service = scripted(many)
    assert asked.kinds(ONE, TWO) == {ONE: FOUND, TWO: FOUND}
    assert len(service.seen) == 3


def test_a_release_that_comes_twice_is_one(scripted: AsksScript) -> None:
    assert len(record(scripted, release(), release())["releases"]) == 1


def test_what_a_search_left_out_is_searched_for_again_before_it_is_a_tombstone(scripted: AsksScript) -> None:
    asked, service = scripted(body(release()), body(release(TWO)))
    assert asked.kinds(ONE, TWO, THREE) == {ONE: FOUND, TWO: FOUND, THREE: NOT_FOUND}
    assert len(service.seen) == 2


@pytest.mark.parametrize(
    "odd", [None, {}, release(id=None), release(MBID(4))], ids=["null", "empty", "no id", "another group"]
)
def test_a_release_that_could_be_anybodys_makes_no_tombstones(scripted: AsksScript, odd: Any) -> None:
    asked, _ = scripted(body(odd, release(TWO)), body(odd))
    assert asked.kinds(ONE, TWO) == {ONE: UNANSWERED, TWO: FOUND}


def test_the_sandbox_has_editions_labels_and_none(asking: Asks, sandbox: Sandbox) -> None:
    asked = groups(sandbox, 150)
    asker = asking()
    outcomes = [each for start in range(0, 150, 50) for each in asker.ask(*asked[start : start + 50])]
    found: list[Any] = [outcome.record for outcome in outcomes if isinstance(outcome, Found)]
    named = {label["name"] for each in found for label in each["labels"]}
    assert {"[no label]", "Second Spring Reissues"} < named
    assert any(len(each["releases"]) > 1 for each in found)
    assert any(not each["labels"] for each in found)
    assert {len(release["date"] or "") for each in found for release in each["releases"]} >= {0, 4, 10}
    for outcome in found:
        landed("musicbrainz_releases/releases", outcome)
