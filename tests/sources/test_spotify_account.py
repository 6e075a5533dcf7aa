"""The listening history in Spotify's account data."""

from tests.sources.found import Found

PLAY = {"endTime": "2024-01-05 13:37", "artistName": "Portishead", "trackName": "Roads", "msPlayed": 305_000}


def test_an_entry_becomes_a_play_that_ended_in_that_minute() -> None:
    found = Found([PLAY])
    assert found.plays == [
        {
            "playedAt": "2024-01-05T13:37:00Z",
            "playedAtMeans": "end",
            "source": "spotify_account",
            "sourceKey": "2024-01-05 13:37|Portishead|Roads|305000",
            "msPlayed": 305_000,
            "trackName": "Roads",
            "artistName": "Portishead",
        }
    ]


def test_podcasts_and_audiobooks_are_no_plays() -> None:
    podcast = {"endTime": "2024-01-05 13:37", "podcastName": "Talk", "episodeName": "One", "msPlayed": 1}
    book = {"endTime": "2024-01-05 13:37", "authorName": "Austen", "audiobookName": "Emma", "msPlayed": 1}
    found = Found([podcast, PLAY, book])
    assert (len(found.plays), found.passed_over) == (1, {"podcast": 1, "audiobook": 1})


def test_a_bad_entry_costs_no_good_one() -> None:
    nameless, dateless = PLAY | {"trackName": ""}, PLAY | {"endTime": "13:37"}
    found = Found([PLAY, nameless, dateless, PLAY | {"msPlayed": -1}, None, PLAY])
    assert len(found.plays) == 2
    assert found.refused == [
        (2, None, "track without a name"),
        (3, "endTime", "unknown date format: use 2024-11-22T11:55:00Z or seconds since 1970"),
        (4, "msPlayed", "Expected `int` >= 0"),
        (5, None, "not an object with fields"),
    ]


def test_playlists_of_the_same_zip_are_no_plays() -> None:
    playlist = {"playlists": [{"name": "Mine", "items": [{"track": {"trackName": "Roads", "artistName": "x"}}]}]}
    assert Found(playlist).source is None


def test_an_entry_that_another_tool_saved_is_the_same_play() -> None:
    saved = PLAY | {"endTime": f"{PLAY['endTime']}:00", "msPlayed": f"{PLAY['msPlayed']}.0"}
    found = Found([PLAY, saved])
    assert len({play["sourceKey"] for play in found.plays}) == 1
    assert len(found.plays) == 2
