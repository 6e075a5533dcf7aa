"""What ListenBrainz answers about the releases of artists, and what becomes of it."""

from dataclasses import replace
from typing import Any

from linernotes.core.values import Found, WorkItem
from linernotes.providers.listenbrainz.artists import PALACE
from linernotes.sandbox import Sandbox
from tests.providers.asking import Asks, AsksScript, facts_of
from tests.providers.conformance import Conformance
from tests.providers.contracts import MBID, landed
from tests.service import Answer

NAME = "listenbrainz_releases"
ROUTE = "GET /listenbrainz/1/metadata/artist/"
FOUND, NOT_FOUND = ("Found", None, None), ("Missing", "not_found", 200)
UNANSWERED = ("Failed", "unanswered", 200)


def group(**changes: Any) -> dict[str, Any]:
    """A release group."""
    artists = [{"artist_credit_name": "NOVA", "artist_mbid": MBID(1), "join_phrase": ""}]
    plain = {
        "mbid": MBID(3),
        "name": "Dust (Deluxe Edition)",
        "artists": artists,
        "type": "Album",
        "date": "2007-11-05",
    }
    return {**plain, **changes}


def artist(*groups: Any, **changes: Any) -> dict[str, Any]:
    """An artist with these release groups."""
    plain = {"artist_mbid": MBID(1), "mbid": MBID(1), "name": "Nova", "rels": {}, "release_group": list(groups)}
    return {**plain, **changes}


class TestReleaseGroups(Conformance):
    name = NAME
    item = WorkItem(NAME, "artist", MBID(1))
    invalid = tuple(WorkItem(NAME, "artist", key) for key in ("short", MBID(1)[:-1], MBID(1) + "\n", "x" * 36))
    thing = artist(group())

    def body(self, path: str, thing: Any) -> Any:
        return [thing]

    @staticmethod
    def unknown(path: str) -> Answer:
        return Answer(200, [artist(artist_mbid=PALACE, mbid=PALACE)] if PALACE in path else [])

    def known(self, sandbox: Sandbox) -> list[WorkItem]:
        return [replace(self.item, key=facts.mbid) for facts in facts_of(sandbox) if facts.mbid]


def found(scripted: AsksScript, *groups: Any) -> list[dict[str, Any]]:
    """The release groups that are read of an artist; the contract takes them."""
    outcome: Any = scripted(Answer(200, [artist(*groups)]))[0].by_key(MBID(1))[MBID(1)]
    landed("listenbrainz_releases/release_groups", outcome.record)
    read: list[dict[str, Any]] = outcome.record["releaseGroups"]
    return read


def test_fifty_artists_are_one_call(asking: Asks, sandbox: Sandbox) -> None:
    asked = asking()
    mbids = [facts.mbid for facts in facts_of(sandbox, 80) if facts.mbid][:50]
    assert asked.provider.batch_size == 50
    told = asked.kinds(*mbids)
    assert sandbox.calls()["calls"] == {ROUTE: 1}
    assert list(told.values()).count(FOUND) > 40


def test_what_is_found_is_every_release_group_with_its_kind_and_date(scripted: AsksScript) -> None:
    assert found(scripted, group(secondary_types=["Live"])) == [
        {
            "releaseGroupMbid": MBID(3),
            "title": "Dust (Deluxe Edition)",
            "type": "Album",
            "secondaryTypes": ["Live"],
            "firstReleaseDate": "2007-11-05",
            "artistName": "NOVA",
            "artistMbid": MBID(1),
        }
    ]


def test_a_release_group_without_an_id_is_left_out_and_costs_no_other(scripted: AsksScript) -> None:
    read = found(scripted, group(mbid=None), group(mbid="odd"), group(date="0000-00-00", artists=None), None, 5)
    assert [(each["releaseGroupMbid"], each["firstReleaseDate"]) for each in read] == [(MBID(3), None)]


def test_an_artist_without_releases_is_found_with_none(scripted: AsksScript) -> None:
    assert found(scripted) == []


def test_an_artist_that_was_merged_is_known_by_both_ids(scripted: AsksScript) -> None:
    asked, _ = scripted(Answer(200, [artist(group(), mbid=MBID(2))]))
    outcome: Any = asked.by_key(MBID(1))[MBID(1)]
    assert (outcome.record["mbid"], outcome.record["matchedMbid"]) == (MBID(1), MBID(2))


def test_an_artist_that_others_are_found_without_is_a_tombstone(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, [artist()]))
    assert asked.kinds(MBID(1), MBID(2)) == {MBID(1): FOUND, MBID(2): NOT_FOUND}
    assert len(service.seen) == 1


def test_where_nobody_is_found_an_artist_that_exists_is_asked_about_too(scripted: AsksScript) -> None:
    asked, service = scripted(Answer(200, []))
    assert asked.kinds(MBID(1)) == {MBID(1): UNANSWERED}
    assert PALACE in service.seen[-1]


def test_the_sandbox_has_what_labels_do_not_hang_on_too(asking: Asks, sandbox: Sandbox) -> None:
    mbids = [facts.mbid for facts in facts_of(sandbox, 60) if facts.mbid][:50]
    read: list[Any] = [outcome.record for outcome in asking().ask(*mbids) if isinstance(outcome, Found)]
    groups = [each for one in read for each in one["releaseGroups"]]
    assert {kind for each in groups for kind in each["secondaryTypes"]} == {"Compilation", "Live", "Remix"}
    assert any(each["title"].endswith("(Deluxe Edition)") for each in groups)
    assert {len(each["firstReleaseDate"] or "") for each in groups} == {0, 4, 10}
