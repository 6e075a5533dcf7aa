from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from linernotes.sandbox import Generated, Sandbox

from .callers import Caller, user_of

NOW = datetime(2026, 11, 15, 21, 30, 0, 123_456, tzinfo=UTC)


@pytest.fixture(scope="module")
def listening(catalogue: Generated) -> Iterator[Sandbox]:
    with Sandbox(catalogue, now=NOW) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def user(listening: Sandbox) -> Caller:
    return user_of(listening)


@pytest.fixture(scope="module")
def plays(user: Caller) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = user.plays(limit=50).json()["items"]
    return items


def milliseconds(play: dict[str, Any]) -> int:
    return round(datetime.fromisoformat(play["played_at"]).timestamp() * 1000)


def test_plays_come_newest_first_and_end_now(plays: list[dict[str, Any]]) -> None:
    instants = [play["played_at"] for play in plays]
    assert instants[0] == "2026-11-15T21:30:00.123Z"
    assert instants == sorted(set(instants), reverse=True)
    assert len(plays) == 50


def test_twenty_plays_are_given_unless_asked_otherwise(user: Caller) -> None:
    page = user.plays().json()
    assert (len(page["items"]), page["limit"]) == (20, 20)


def test_cursors_are_strings_of_milliseconds(user: Caller, plays: list[dict[str, Any]]) -> None:
    page = user.plays(limit=7).json()
    assert page["cursors"] == {"after": str(milliseconds(plays[0])), "before": str(milliseconds(plays[6]))}


def test_following_next_reaches_fifty_plays_and_no_more(user: Caller, plays: list[dict[str, Any]]) -> None:
    page = user.plays(limit=20).json()
    items = page["items"]
    while page["next"]:
        page = user.session.get(page["next"], timeout=60).json()
        items += page["items"]
    assert items == plays
    assert user.plays(before=milliseconds(plays[-1])).json()["items"] == []


def test_only_plays_after_a_cursor_are_given(user: Caller, plays: list[dict[str, Any]]) -> None:
    assert user.plays(after=milliseconds(plays[5]), limit=50).json()["items"] == plays[:5]


def test_a_page_without_plays_has_no_cursors(user: Caller, plays: list[dict[str, Any]]) -> None:
    page = user.plays(after=milliseconds(plays[0])).json()
    assert (page["items"], page["cursors"], page["next"]) == ([], None, None)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 51}, {"limit": "many"}, {"after": "soon"}, {"after": 1, "before": 2}]
)
def test_a_senseless_query_is_refused(user: Caller, query: dict[str, Any]) -> None:
    assert user.plays(**query).status_code == 400


def test_one_play_is_a_file_of_the_listener(plays: list[dict[str, Any]]) -> None:
    [local] = [play["track"] for play in plays if play["track"]["id"] is None]
    assert local["uri"].startswith("spotify:local:")
    assert local["artists"] == []
    assert local["is_local"]


def test_some_tracks_have_several_artists_and_some_plays_no_context(plays: list[dict[str, Any]]) -> None:
    assert any(len(play["track"]["artists"]) > 1 for play in plays)
    assert any(play["context"] is None for play in plays)
    assert any(play["context"] and play["context"]["uri"].startswith("spotify:playlist:") for play in plays)


def test_a_track_carries_its_album_artists_length_and_isrc(plays: list[dict[str, Any]], catalogue: Generated) -> None:
    for track in (play["track"] for play in plays if play["track"]["id"]):
        assert len(track["external_ids"]["isrc"]) == 12
        assert 100_000 < track["duration_ms"] < 420_000
        assert track["album"]["artists"][0] == track["artists"][0]
        assert [artist["name"] for artist in track["artists"]] == [
            catalogue.credit(artist["id"]) for artist in track["artists"]
        ]


def test_the_same_seed_hears_the_same(catalogue: Generated, plays: list[dict[str, Any]]) -> None:
    with Sandbox(catalogue, now=NOW) as same, Sandbox(catalogue, now=NOW, seed=2) as other:
        assert user_of(same).plays(limit=50).json()["items"] == plays
        assert user_of(other).plays(limit=50).json()["items"] != plays


def test_an_empty_catalogue_has_no_plays() -> None:
    with Sandbox(Generated(size=0)) as silent:
        assert user_of(silent).plays().json()["items"] == []
