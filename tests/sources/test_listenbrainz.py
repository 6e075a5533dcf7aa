"""Listens as ListenBrainz tells them: pages of its API, lines of its export."""

import json
from typing import Any

import pytest

from tests.sources.found import Found

MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
ADDED = {
    "spotify_id": "https://open.spotify.com/track/2zSSi0DkmFKM2vwXJnB8nV",
    "spotify_artist_ids": ["https://open.spotify.com/artist/6liAMWkVf5LH7YR9yfFy1Y"],
    "isrc": "GBAAA9400100",
    "duration_ms": 305_000,
}
LISTEN: dict[str, Any] = {
    "listened_at": 1_704_461_820,
    "track_metadata": {
        "artist_name": "Portishead",
        "track_name": "Roads",
        "release_name": "Dummy",
        "additional_info": ADDED,
        "mbid_mapping": {
            "recording_mbid": "1",
            "artist_mbids": [MBID.upper()],
            "artists": [{"artist_mbid": MBID}, {"artist_mbid": MBID}],
        },
    },
}
FROM_API = {**LISTEN, "user_name": "secretname", "recording_msid": "2", "inserted_at": 1_704_461_999}
PAGE = {"payload": {"count": 2, "user_id": "secretname", "listens": [FROM_API, FROM_API]}}


def test_a_listen_becomes_a_play_that_began_then() -> None:
    found = Found(PAGE)
    assert len(found.plays) == 2
    assert found.plays[0] == {
        "playedAt": "2024-01-05T13:37:00Z",
        "playedAtMeans": "start",
        "source": "listenbrainz",
        "sourceKey": "1704461820|Portishead|Roads",
        "trackName": "Roads",
        "artistName": "Portishead",
        "albumName": "Dummy",
        "trackUri": "spotify:track:2zSSi0DkmFKM2vwXJnB8nV",
        "artistIds": ["6liAMWkVf5LH7YR9yfFy1Y"],
        "isrc": "GBAAA9400100",
        "mbids": [MBID],
    }
    assert found.tells() == set()


def test_the_export_has_a_listen_per_line_with_the_same_key() -> None:
    found = Found(f"{json.dumps(LISTEN)}\n\n{json.dumps(LISTEN)}\n")
    assert [play["sourceKey"] for play in found.plays] == [Found(PAGE).plays[0]["sourceKey"]] * 2
    assert len(Found(LISTEN).plays) == len(Found([LISTEN]).plays) == 1


def test_what_players_add_is_taken_only_where_it_is_what_it_should_be() -> None:
    odd = {
        "spotify_id": 5,
        "spotify_artist_ids": "https://open.spotify.com/artist/x",
        "isrc": [],
        "artist_mbids": ["?"],
    }
    plain = {"artist_name": "Portishead", "track_name": "Roads", "additional_info": odd, "mbid_mapping": None}
    (play,) = Found([{"listened_at": 1_704_461_820, "track_metadata": plain}]).plays
    assert not {"trackUri", "artistIds", "isrc", "mbids", "albumName"} & set(play)


def test_a_bad_listen_costs_no_good_one() -> None:
    lines = [LISTEN, {**LISTEN, "listened_at": None, "playing_now": True}, {**LISTEN, "listened_at": 5}, LISTEN]
    found = Found("\n".join(map(json.dumps, lines)) + '\n{"listened_at": 17044')
    assert (len(found.plays), found.passed_over) == (2, {"playing now": 1})
    assert found.refused == [(3, "listened_at", "is before 2002"), (5, None, "not JSON: Input data was truncated")]


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ({"submission_client": "listenbrainz", "music_service": "spotify.com"}, "end"),
        ({"submission_client": "ListenBrainz Archive Importer"}, "end"),
        ({"submission_client": "listenbrainz", "music_service": "soundcloud.com"}, "start"),
        ({"submission_client": "Web Scrobbler", "music_service": "spotify.com"}, "start"),
        ({"submission_client": ["listenbrainz"]}, "start"),
    ],
)
def test_what_listenbrainz_itself_read_from_spotify_is_told_by_its_end(told: dict[str, Any], means: str) -> None:
    (play,) = Found(listen(**ADDED, **told)).plays
    assert play["playedAtMeans"] == means


def test_an_address_at_spotify_is_the_tracks_wherever_it_stands() -> None:
    (play,) = Found(listen(origin_url=ADDED["spotify_id"])).plays
    assert play["trackUri"] == "spotify:track:2zSSi0DkmFKM2vwXJnB8nV"


def listen(**details: Any) -> dict[str, Any]:
    """A listen with these details."""
    return {**LISTEN, "track_metadata": {**LISTEN["track_metadata"], "additional_info": details}}


@pytest.mark.parametrize(
    "more",
    [
        {"listened_at": "1748967974"},
        {"listened_at": 1748967974.0},
        {"listened_at": "2025-06-03T16:26:14+00:00"},
        {"listened_at": 1748967974, "playing_now": "no", "inserted_at": float("nan")},
    ],
)
def test_what_other_tools_did_to_a_listen_costs_no_play(more: dict[str, Any]) -> None:
    names = {"artist_name": "Portishead", "track_name": "Roads"}
    odd = {"mbid_mapping": [], "release_name": {}, "additional_info": {"ms_played": 215_000.0, "isrc": 5}}
    found = Found([{"track_metadata": names | odd, **more}])
    assert found.refused == []
    assert [(play["playedAt"], play["msPlayed"]) for play in found.plays] == [("2025-06-03T16:26:14Z", 215_000)]
    assert "albumName" not in found.plays[0]
