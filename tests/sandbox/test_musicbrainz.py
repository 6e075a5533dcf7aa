"""The imitated MusicBrainz answers as the real one does, traps included."""

import time
from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts, Knowledge

from .brainz import NAMED, BrainzCaller, linked

PAGE = "https://open.spotify.com/artist/"
UNKNOWN = "0" * 22


@pytest.fixture
def musicbrainz(sandbox: Sandbox) -> BrainzCaller:
    return BrainzCaller(sandbox, "musicbrainz")


@pytest.fixture(scope="module")
def known(catalogue: Generated) -> list[Facts]:
    return linked(catalogue, 900)


def ask(caller: BrainzCaller, *ids: str, **query: Any) -> requests.Response:
    return caller.get("/url", resource=[PAGE + key for key in ids], **{"inc": "artist-rels", "fmt": "json", **query})


def test_several_addresses_are_a_list_in_the_order_of_their_addresses(
    musicbrainz: BrainzCaller, known: list[Facts]
) -> None:
    ids = [facts.artist.id for facts in known[:5]]
    body = ask(musicbrainz, *reversed(ids), UNKNOWN).json()
    assert [entry["resource"] for entry in body["urls"]] == sorted(PAGE + key for key in ids)
    assert (body["url-count"], body["url-offset"]) == (5, 0)


def test_one_address_is_no_list_unless_it_is_asked_for_twice(musicbrainz: BrainzCaller, known: list[Facts]) -> None:
    key = known[0].artist.id
    alone, twice = ask(musicbrainz, key).json(), ask(musicbrainz, key, key).json()
    assert twice["urls"] == [alone]
    assert alone["relations"][0]["artist"]["id"] == known[0].mbid


def test_one_unknown_address_is_a_404_and_two_are_an_empty_list(musicbrainz: BrainzCaller) -> None:
    alone = ask(musicbrainz, UNKNOWN)
    assert (alone.status_code, alone.json()["error"]) == (404, "Not Found")
    assert ask(musicbrainz, UNKNOWN, UNKNOWN).json() == {"url-count": 0, "url-offset": 0, "urls": []}


def test_what_lies_beyond_a_hundred_is_dropped_without_a_word(musicbrainz: BrainzCaller, known: list[Facts]) -> None:
    ids = [facts.artist.id for facts in known[:101]]
    found = {entry["resource"] for entry in ask(musicbrainz, *ids).json()["urls"]}
    assert found == {PAGE + key for key in ids[:100]}


def test_some_addresses_have_two_artists_and_some_had_another(musicbrainz: BrainzCaller, known: list[Facts]) -> None:
    entries = [
        entry
        for start in range(0, 900, 100)
        for entry in ask(musicbrainz, *(facts.artist.id for facts in known[start : start + 100])).json()["urls"]
    ]
    ended = [[link["ended"] for link in entry["relations"]] for entry in entries]
    assert [False, False] in ended
    assert [False, True] in ended
    assert sum(links == [False] for links in ended) > 800


def test_an_unlinked_artist_is_unknown(musicbrainz: BrainzCaller, catalogue: Generated) -> None:
    knowledge = Knowledge(catalogue)
    found = (knowledge.of(catalogue.id_at(index)) for index in range(500))
    stranger = next(facts for facts in found if facts and facts.mbid is None)
    assert ask(musicbrainz, stranger.artist.id).status_code == 404


def test_links_come_only_if_they_are_asked_for(musicbrainz: BrainzCaller, known: list[Facts]) -> None:
    assert "relations" not in ask(musicbrainz, known[0].artist.id, inc="").json()


@pytest.mark.parametrize("query", [{"fmt": "xml"}, {"resource": []}])
def test_a_question_it_does_not_understand_is_a_400(musicbrainz: BrainzCaller, query: dict[str, Any]) -> None:
    reply = musicbrainz.get("/url", **{"resource": [PAGE + UNKNOWN], "fmt": "json", **query})
    assert reply.status_code == 400
    assert "error" in reply.json()


def test_it_throttles_with_a_503(sandbox: Sandbox, musicbrainz: BrainzCaller) -> None:
    sandbox.trouble("musicbrainz", Faults(throttled=1, retry_after=3))
    reply = ask(musicbrainz, UNKNOWN)
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "3")
    assert "exceeding the allowable rate limit" in reply.json()["error"]


def test_it_takes_so_many_calls_in_a_window_and_then_none(sandbox: Sandbox, musicbrainz: BrainzCaller) -> None:
    sandbox.trouble("musicbrainz", Faults(allowance=2, window=0.3))
    assert [ask(musicbrainz, UNKNOWN).status_code for _ in range(4)] == [404, 404, 503, 503]
    time.sleep(0.31)
    assert ask(musicbrainz, UNKNOWN).status_code == 404


@pytest.mark.parametrize("agent", ["python-requests/2.32.4", "curl/8.5", "Java/17"])
def test_it_answers_nobody_without_a_name(sandbox: Sandbox, musicbrainz: BrainzCaller, agent: str) -> None:
    musicbrainz.session.headers["User-Agent"] = agent
    assert ask(musicbrainz, UNKNOWN).status_code == 403


def test_the_trouble_of_one_service_is_not_that_of_another(sandbox: Sandbox, musicbrainz: BrainzCaller) -> None:
    sandbox.trouble("listenbrainz", Faults(server_errors=1))
    assert ask(musicbrainz, UNKNOWN).status_code == 404
    sandbox.faults = Faults(server_errors=1)
    assert ask(musicbrainz, UNKNOWN).status_code >= 500


def test_its_calls_are_counted_with_their_addresses(sandbox: Sandbox, musicbrainz: BrainzCaller) -> None:
    ask(musicbrainz, UNKNOWN, UNKNOWN)
    report = sandbox.calls(asked=True)
    assert report["calls"] == {"GET /musicbrainz/ws/2/url": 1}
    assert report["asked"] == {UNKNOWN: 2}


def test_only_its_own_paths_are_answered(sandbox: Sandbox) -> None:
    reply = requests.get(f"{sandbox.url}/ws/2/url", params={"resource": PAGE}, headers=NAMED, timeout=60)
    assert reply.status_code == 404
