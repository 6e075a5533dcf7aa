"""The imitated accounts at Last.fm and ListenBrainz."""

from typing import Any

import pytest
import requests

from linernotes.sandbox import Faults, Sandbox

from .brainz import BrainzCaller


def scrobbles(sandbox: Sandbox, user: str, **query: Any) -> Any:
    settings = sandbox.environment()
    question = {"method": "user.getRecentTracks", "user": user, "api_key": settings["LASTFM_API_KEY"], "format": "json"}
    return requests.get(settings["LASTFM_API_URL"], {**question, **query}, timeout=5).json()


def seconds(page: Any) -> list[int]:
    tracks = page["recenttracks"]["track"]
    return [int(track["date"]["uts"]) for track in tracks if "date" in track]


@pytest.fixture
def listenbrainz(sandbox: Sandbox) -> BrainzCaller:
    return BrainzCaller(sandbox, "listenbrainz")


def listens(caller: BrainzCaller, user: str = "regular", **query: Any) -> list[int]:
    payload = caller.get(f"/user/{user}/listens", **query).json()["payload"]
    assert payload["user_id"] == user
    return [listen["listened_at"] for listen in payload["listens"]]


def test_a_page_of_scrobbles_is_newest_first_with_what_plays_now_on_top(sandbox: Sandbox) -> None:
    page = scrobbles(sandbox, "regular", limit=10)["recenttracks"]
    assert (len(page["track"]), page["track"][0]["@attr"], page["@attr"]["page"]) == (11, {"nowplaying": "true"}, "1")
    assert seconds({"recenttracks": page}) == sorted(seconds({"recenttracks": page}), reverse=True)
    assert len(scrobbles(sandbox, "regular", limit=1000)["recenttracks"]["track"]) == 201


def test_from_is_exclusive_and_to_inclusive(sandbox: Sandbox) -> None:
    newest, *_, oldest = found = seconds(scrobbles(sandbox, "regular", limit=10))
    assert seconds(scrobbles(sandbox, "regular", limit=200, **{"from": oldest, "to": newest})) == [
        second for second in found if second != oldest
    ]


def test_one_scrobble_is_no_list_and_none_is_on_page_0(sandbox: Sandbox) -> None:
    assert isinstance(scrobbles(sandbox, "beginner")["recenttracks"]["track"], dict)
    numbers = scrobbles(sandbox, "newcomer")["recenttracks"]["@attr"]
    assert (numbers["page"], numbers["totalPages"], numbers["total"]) == ("0", "0", "0")


def test_who_is_not_there_or_hides_is_told_by_its_code(sandbox: Sandbox) -> None:
    assert (scrobbles(sandbox, "nobody")["error"], scrobbles(sandbox, "hidden")["error"]) == (6, 17)


def test_listens_are_those_before_or_after_a_second_and_at_most_a_thousand(listenbrainz: BrainzCaller) -> None:
    newest, *_, oldest = listens(listenbrainz, count=20)
    assert listens(listenbrainz, min_ts=oldest)[-1] > oldest
    assert listens(listenbrainz, max_ts=newest)[0] < newest
    assert len(listens(listenbrainz, count=2_000)) == 1_000
    assert listenbrainz.get("/user/regular/listens", max_ts=newest, min_ts=oldest).status_code == 400


def test_both_services_were_told_the_same(sandbox: Sandbox, listenbrainz: BrainzCaller) -> None:
    assert listens(listenbrainz, count=50) == seconds(scrobbles(sandbox, "regular", limit=50))
    assert listens(listenbrainz, "newcomer") == []


def test_some_plays_share_their_second(listenbrainz: BrainzCaller) -> None:
    found = listens(listenbrainz, count=1_000)
    assert len(found) - len(set(found)) > 10


def test_an_account_that_is_not_there_is_a_404_and_a_strange_token_a_401(listenbrainz: BrainzCaller) -> None:
    assert listenbrainz.get("/user/nobody/listens").status_code == 404
    listenbrainz.session.headers["Authorization"] = "Token of-somebody-else"
    assert listenbrainz.get("/user/regular/listens").status_code == 401


def test_accounts_suffer_what_their_service_suffers(sandbox: Sandbox, listenbrainz: BrainzCaller) -> None:
    sandbox.faults = Faults(throttled=1)
    assert listenbrainz.get("/user/regular/listens").status_code == 429
    assert scrobbles(sandbox, "regular")["error"] == 29
