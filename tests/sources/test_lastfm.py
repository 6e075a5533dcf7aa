"""Scrobbles as Last.fm tells them: the quirks of XML that became JSON."""

import json
from typing import Any

import pytest

from tests.sources.found import Found

ARTIST = {"#text": "Portishead", "mbid": "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"}
TRACK: dict[str, Any] = {
    "artist": ARTIST,
    "name": "Roads",
    "mbid": "",
    "album": {"#text": "Dummy", "mbid": ""},
    "image": [{"#text": "", "size": "small"}, {"#text": "", "size": "large"}],
    "date": {"uts": "1704461820", "#text": "05 Jan 2024, 13:37"},
}
NOW = {key: value for key, value in TRACK.items() if key != "date"} | {"@attr": {"nowplaying": "true"}}
NUMBERS = {"user": "secretname", "page": "1", "perPage": "200", "totalPages": "1", "total": "1"}


def page(track: Any) -> dict[str, Any]:
    return {"recenttracks": {"track": track, "@attr": NUMBERS}}


def test_a_track_becomes_a_play_that_began_then() -> None:
    found = Found(page([TRACK]))
    assert found.plays == [
        {
            "playedAt": "2024-01-05T13:37:00Z",
            "playedAtMeans": "start",
            "source": "lastfm",
            "sourceKey": "1704461820|Portishead|Roads",
            "trackName": "Roads",
            "artistName": "Portishead",
            "albumName": "Dummy",
            "mbids": ["8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"],
        }
    ]
    assert found.tells() == set()


@pytest.mark.parametrize(
    "content",
    [
        page([TRACK]),
        page(TRACK),
        [page([TRACK])],
        [TRACK],
        TRACK,
        [{"track": [TRACK], "@attr": NUMBERS}],
        page([{**TRACK, "loved": "1", "artist": {"name": "Portishead", "mbid": ARTIST["mbid"], "url": ""}}]),
    ],
    ids=["a page", "one track for a list", "pages", "tracks", "a track", "what is in pages", "the extended form"],
)
def test_plays_come_as_pages_or_tracks_and_a_list_of_one_may_be_none(content: Any) -> None:
    assert [play["sourceKey"] for play in Found(content).plays] == ["1704461820|Portishead|Roads"]


def test_pages_may_stand_one_per_line() -> None:
    lines = "\n".join([json.dumps(page([TRACK, TRACK]))] * 3)
    found = Found(lines + "\n" + "garbage")
    assert (len(found.plays), [line for line, _, _ in found.refused]) == (6, [7])


def test_what_plays_right_now_is_counted_and_comes_again_when_it_is_over() -> None:
    found = Found(page([NOW, TRACK]))
    assert (len(found.plays), found.passed_over) == (1, {"playing now": 1})


@pytest.mark.parametrize("empty", [page([]), {"recenttracks": {"#text": "\n", **NUMBERS}}])
def test_a_page_of_nothing_is_no_trouble(empty: Any) -> None:
    found = Found(empty)
    assert (found.source, found.lines) == ("lastfm", [])


def test_two_tracks_may_share_a_second() -> None:
    found = Found(page([TRACK, TRACK | {"name": "Sour Times"}]))
    assert len({play["sourceKey"] for play in found.plays}) == 2


def test_a_bad_track_costs_no_good_one() -> None:
    undated = {key: value for key, value in TRACK.items() if key != "date"}
    never = TRACK | {"date": {"uts": "0"}}
    found = Found(page([TRACK, undated, TRACK | {"name": " "}, never, TRACK | {"date": {"uts": "soon"}}, TRACK]))
    assert len(found.plays) == 2
    assert [(line, reason) for line, _, reason in found.refused] == [
        (2, "scrobble without a date"),
        (3, "track without a name"),
        (4, "is before 2002"),
        (5, "is not a number of seconds since 1970"),
    ]


def test_loved_tracks_are_no_plays() -> None:
    assert Found({"lovedtracks": {"track": [TRACK]}}).source is None
