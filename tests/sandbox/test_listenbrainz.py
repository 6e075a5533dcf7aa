"""The imitated ListenBrainz answers as the real one does, traps included."""

import time
from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Generated, Sandbox
from linernotes.sandbox.world.facts import Facts

from .brainz import BrainzCaller, linked

UNKNOWN = "5dfdca28-9ddc-4853-933c-8bc97d87beec"


@pytest.fixture
def listenbrainz(sandbox: Sandbox) -> BrainzCaller:
    return BrainzCaller(sandbox, "listenbrainz")


@pytest.fixture(scope="module")
def known(catalogue: Generated) -> list[Facts]:
    return linked(catalogue, 1_000)


def ids(known: list[Facts], number: int) -> list[str]:
    return [facts.mbid for facts in known[:number] if facts.mbid]


def describe(caller: BrainzCaller, *mbids: str, inc: str = "artist tag") -> requests.Response:
    return caller.get("/metadata/artist/", artist_mbids=",".join(mbids), inc=inc)


def count(caller: BrainzCaller, *mbids: str) -> requests.Response:
    return caller.post("/popularity/artist", {"artist_mbids": mbids})


def test_descriptions_come_in_the_order_of_the_ids_without_the_unknown(
    listenbrainz: BrainzCaller, known: list[Facts]
) -> None:
    asked = ids(known, 20)
    found = [artist["artist_mbid"] for artist in describe(listenbrainz, *reversed(asked), UNKNOWN).json()]
    assert found == sorted(found)
    assert set(found) <= set(asked)
    assert len(found) > 15


def test_counts_come_in_the_order_asked_with_nulls_for_the_unknown(
    listenbrainz: BrainzCaller, known: list[Facts]
) -> None:
    asked = [*ids(known, 20), UNKNOWN]
    found = count(listenbrainz, *asked).json()
    assert [entry["artist_mbid"] for entry in found] == asked
    assert found[-1] == {"artist_mbid": UNKNOWN, "total_listen_count": None, "total_user_count": None}
    heard = {(facts.mbid, facts.plays, facts.listeners) for facts in known[:20]}
    told = {tuple(entry.values()) for entry in found if entry["total_user_count"] is not None}
    assert told <= heard
    assert len(told) > 15


def test_some_artists_are_only_counted_and_some_only_described(listenbrainz: BrainzCaller, known: list[Facts]) -> None:
    asked = ids(known, 300)
    described = {artist["artist_mbid"] for artist in describe(listenbrainz, *asked).json()}
    counted = {entry["artist_mbid"] for entry in count(listenbrainz, *asked).json() if entry["total_user_count"]}
    assert described - counted
    assert counted - described


def test_an_artist_is_told_with_what_was_asked_for(listenbrainz: BrainzCaller, known: list[Facts]) -> None:
    artists = describe(listenbrainz, *ids(known, 20)).json()
    artist = next(each for each in artists if any("genre_mbid" in tag for tag in each["tag"]["artist"]))
    facts = next(facts for facts in known if facts.mbid == artist["mbid"])
    assert (artist["name"], artist["begin_year"]) == (facts.artist.name, facts.begin_year)
    assert ("wikidata" in artist["rels"]) == (facts.wikidata is not None)
    genres = {tag["tag"] for tag in artist["tag"]["artist"] if "genre_mbid" in tag}
    assert genres == set(facts.artist.genres)
    assert "tag" not in describe(listenbrainz, artist["mbid"], inc="artist").json()[0]


def test_a_merged_artist_is_told_under_the_id_asked_for_with_the_other_inside(
    listenbrainz: BrainzCaller, known: list[Facts]
) -> None:
    facts = next(facts for facts in known if facts.old_mbid)
    (artist,) = describe(listenbrainz, facts.old_mbid or "").json()
    assert (artist["artist_mbid"], artist["mbid"]) == (facts.old_mbid, facts.mbid)
    old, new = count(listenbrainz, facts.old_mbid or "", facts.mbid or "").json()
    assert (old["total_listen_count"], new["total_listen_count"]) == (None, facts.plays)


def test_a_thousand_are_counted_at_once_and_not_one_more(listenbrainz: BrainzCaller, known: list[Facts]) -> None:
    asked = ids(known, 1000)
    assert len(count(listenbrainz, *asked).json()) == 1000
    assert count(listenbrainz, *asked, UNKNOWN).status_code == 400


@pytest.mark.parametrize("body", [None, [], {}, {"artist_mbids": "x"}, {"artist_mbids": [5]}, {"artist_mbids": ["x"]}])
def test_counts_for_what_are_no_ids_are_a_400(listenbrainz: BrainzCaller, body: Any) -> None:
    reply = listenbrainz.post("/popularity/artist", body)
    assert (reply.status_code, reply.json()["code"]) == (400, 400)


@pytest.mark.parametrize(("mbids", "inc"), [("x", "artist"), ("", "artist"), (UNKNOWN, "artist everything")])
def test_descriptions_of_what_are_no_ids_are_a_400(listenbrainz: BrainzCaller, mbids: str, inc: str) -> None:
    assert describe(listenbrainz, mbids, inc=inc).status_code == 400


def test_every_answer_tells_what_is_left_and_then_nothing_is(
    sandbox: Sandbox, listenbrainz: BrainzCaller, known: list[Facts]
) -> None:
    sandbox.trouble("listenbrainz", Faults(allowance=3, window=0.4))
    replies = [describe(listenbrainz, UNKNOWN) for _ in range(5)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0", "0"]
    assert {reply.headers["X-RateLimit-Reset-In"] for reply in replies} == {"0"}
    assert replies[-1].json()["code"] == 429
    assert "Retry-After" not in replies[-1].headers
    time.sleep(0.41)
    assert describe(listenbrainz, UNKNOWN).status_code == 200


def test_without_trouble_there_are_always_calls_left(listenbrainz: BrainzCaller) -> None:
    replies = [describe(listenbrainz, UNKNOWN) for _ in range(40)]
    assert {reply.headers["X-RateLimit-Remaining"] for reply in replies} == {"29"}
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {"30"}


def test_it_can_be_told_to_throttle_to_ban_and_to_fail(sandbox: Sandbox, listenbrainz: BrainzCaller) -> None:
    sandbox.trouble("listenbrainz", Faults(throttled=1, retry_after=3))
    reply = describe(listenbrainz, UNKNOWN)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "3")
    sandbox.trouble("listenbrainz", Faults(quota=0, quota_retry_after=3600))
    assert describe(listenbrainz, UNKNOWN).headers["Retry-After"] == "3600"
    sandbox.trouble("listenbrainz", Faults(server_errors=1))
    assert describe(listenbrainz, UNKNOWN).status_code >= 500


def test_it_answers_nobody_without_a_name(listenbrainz: BrainzCaller) -> None:
    listenbrainz.session.headers["User-Agent"] = "python-requests/2.32.4"
    assert count(listenbrainz, UNKNOWN).status_code == 403


def look_up(caller: BrainzCaller, *pairs: tuple[str, str], token: str | None = "sandbox-listenbrainz-token") -> Any:
    if token:
        caller.session.headers["Authorization"] = f"Token {token}"
    recordings = [{"artist_name": artist, "recording_name": name} for artist, name in pairs]
    return caller.post("/metadata/lookup/", {"recordings": recordings})


def test_a_pair_of_names_is_told_back_with_what_is_found(listenbrainz: BrainzCaller, known: list[Facts]) -> None:
    pairs = [(facts.artist.name, "A Song") for facts in known[:40]]
    found = look_up(listenbrainz, *pairs, ("Nobody at all", "A Song")).json()
    assert [(each["artist_name_arg"], each["index"]) for each in found[:2]] == [(pairs[0][0], 0), (pairs[1][0], 1)]
    assert {each["artist_mbids"][0] for each in found if "artist_mbids" in each} <= {facts.mbid for facts in known}
    assert len([each for each in found if "recording_mbid" in each]) in range(25, 40)
    assert "recording_mbid" not in found[-1]


def test_names_are_looked_up_for_fifty_at_once_with_a_token_and_no_longer_than_250(listenbrainz: BrainzCaller) -> None:
    song = ("Somebody", "A Song")
    assert look_up(listenbrainz, song, token=None).status_code == 401
    assert look_up(listenbrainz, song, token="of-somebody-else").status_code == 401
    assert look_up(listenbrainz, *[song] * 50).status_code == 200
    assert look_up(listenbrainz, *[song] * 51).status_code == 400
    assert look_up(listenbrainz, song, ("A" * 125, "B" * 126)).status_code == 400
    assert look_up(listenbrainz).status_code == 400
