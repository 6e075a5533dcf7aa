"""Scrobbles in CSV, with and without a heading."""

import pytest

from tests.sources.found import Found

PLAIN = "Portishead,Dummy,Roads,22 Nov 2024 11:55\n"
HEADING = "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
ROW = f'"1732276542","22 Nov 2024, 11:55","Portishead","{MBID}","Dummy","","Roads",""\n'


def test_without_a_heading_the_minute_is_all_that_is_known() -> None:
    (play,) = Found(PLAIN).plays
    assert play == {
        "playedAt": "2024-11-22T11:55:00Z",
        "playedAtMeans": "start",
        "source": "csv",
        "sourceKey": "2024-11-22T11:55:00Z|Portishead|Roads",
        "trackName": "Roads",
        "artistName": "Portishead",
        "albumName": "Dummy",
    }


def test_with_seconds_it_is_the_scrobble_that_lastfm_tells_with_its_key() -> None:
    (play,) = Found(HEADING + ROW).plays
    assert (play["playedAt"], play["mbids"]) == ("2024-11-22T11:55:42Z", [MBID])
    assert (play["source"], play["sourceKey"]) == ("lastfm", "1732276542|Portishead|Roads")


def test_milliseconds_are_seconds_too_and_a_heading_that_names_the_account_stays_there() -> None:
    found = Found('Artist;Album;AlbumId;Track;Date#secretname\n"Portishead";"Dummy";"";"Roads";"1732276542000"\n')
    assert [play["sourceKey"] for play in found.plays] == ["1732276542|Portishead|Roads"]
    assert found.tells() == set()


def test_names_may_hold_commas_quotes_and_line_breaks() -> None:
    rows = '"Earth, Wind & Fire",,"the ""one""\ntrack",22 Nov 2024 11:55\n' + PLAIN
    assert [play["trackName"] for play in Found(rows).plays] == ['the "one"\ntrack', "Roads"]


def test_what_plays_right_now_has_no_time() -> None:
    found = Found("Portishead,Dummy,Roads,\n" + PLAIN)
    assert (len(found.plays), found.passed_over) == (1, {"playing now": 1})


def test_a_bad_row_costs_no_good_one() -> None:
    found = Found(
        PLAIN + ",,Roads,22 Nov 2024 11:55\nPortishead,,Roads,one day\nPortishead,,Roads,01 Jan 1970 00:00\n" + PLAIN
    )
    assert len(found.plays) == 2
    assert [(line, reason) for line, _, reason in found.refused] == [
        (2, "artist without a name"),
        (3, "unknown date format: use 2024-11-22T11:55:00Z or seconds since 1970"),
        (4, "is before 2002"),
    ]


def test_a_row_that_is_not_utf_8_is_rejected_alone() -> None:
    good = "Sigur R\xf3s,,S\xe6gl\xf3pur,22 Nov 2024 11:55\n".encode()
    found = Found(good + "Bj\xf6rk,,J\xf3ga,22 Nov 2024 11:55\n".encode("latin-1") + good)
    assert (len(found.plays), found.refused) == (2, [(2, None, "not UTF-8: save the file as UTF-8")])


@pytest.mark.parametrize("other", ["artistId,artistName\nx,y\n", "a,b,c,d\n1,2,3,4\n", "hello\n", "", "%PDF-1.4\n"])
def test_another_table_is_no_history(other: str) -> None:
    assert Found(other).source is None
