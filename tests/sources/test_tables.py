"""Tables of plays in the dialects of spreadsheets, with times in every usual form."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from linernotes.sources.histories.formats import ReadOptions
from linernotes.sources.instants import NO_ORDER, ROUNDED, UNKNOWN, moment_of
from linernotes.sources.local_times import NO_LOCAL_TIMES
from tests.sources.found import Found

AT, SECOND = "2024-11-22T11:55:00Z", 1_732_276_500
BERLIN = ZoneInfo("Europe/Berlin")
IN_UTC = "times without a zone were read as UTC; --time-zone Europe/Berlin reads them in another zone"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_a_table_is_read_in_every_dialect(encoding: str, delimiter: str, first: str) -> None:
    rows = [("Artist", "Track Name", "Album", "Played At"), ("Björk", "Jóga", "", AT)]
    text = first.format(delimiter) + "".join(delimiter.join(row) + "\r\n" for row in rows)
    (play,) = Found(text.encode(encoding)).plays
    assert (play["artistName"], play["trackName"], play["playedAt"]) == ("Björk", "Jóga", AT)


def test_the_owner_of_a_table_in_windows_1252_is_told() -> None:
    found = Found(f"artist,track,timestamp\nBjörk,“Jóga”,{SECOND}\n".encode("cp1252"))
    assert [play["trackName"] for play in found.plays] == ["“Jóga”"]
    assert found.summary.notes == ["read as Windows-1252, since it is not UTF-8; if names look wrong, save it as UTF-8"]


@pytest.mark.parametrize(
    ("row", "track"),
    [
        ('Band\t7" Mix\t1732276500', '7" Mix'),
        ('Band\t"Heroes"\t1732276500', '"Heroes"'),
        ('"Band"\t"7"" Mix"\t"1732276500"', '7" Mix'),
        ('Band\t"A\tB"\t1732276500', "A\tB"),
    ],
)
def test_quotation_marks_in_tables_with_tabs_are_names_or_enclose_them(row: str, track: str) -> None:
    assert [play["trackName"] for play in Found(f"artist\ttrack\ttimestamp\n{row}\n").plays] == [track]


@pytest.mark.parametrize(
    "text",
    [
        *(str(SECOND), f"{SECOND}000", f"{SECOND}000000", f"{SECOND}.0", f"{SECOND},0", "2024-11-22T11:55:00Z"),
        *("2024-11-22T12:55:00+01:00", "2024-11-22T11:55:00.000Z", "2024-11-22 11:55:00 UTC", "2024-11-22 11:55"),
        *("2024/11/22 11:55", "22 Nov 2024, 11:55", "22 Nov 2024 11:55", "November 22, 2024 at 11:55AM"),
        *(
            "22.11.2024 11:55",
            "22.11.24 11:55",
            "Fri, 22 Nov 2024 11:55:00 +0000",
            "45618.4965277778",
            "45618,4965277778",
        ),
        *("Fri Nov 22 2024 12:55:00 GMT+0100 (Central European Standard Time)", "2024-11-22 11:55:00 +00:00"),
    ],
)
def test_an_instant_is_read_in_every_usual_form(text: str) -> None:
    assert moment_of(text).at == datetime(2024, 11, 22, 11, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(("one day", UNKNOWN), ("2024-11-22", UNKNOWN), ("2024-11-22 25:00", UNKNOWN), ("13:55 PM", UNKNOWN)),
        *(("1,73228E+12", ROUNDED), ("03/04/2024 11:55", NO_ORDER)),
    ],
)
def test_what_is_no_instant_or_two_is_not_read(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + reason.replace("+", r"\+")):
        moment_of(text)


def test_days_and_months_are_told_apart_by_the_rest_of_the_file() -> None:
    american = "Artist,Track,Date\nA,B,01/02/2024 3:05 AM\nA,C,11/22/2024 3:05 PM\n"
    european = "Artist,Track,Date\nA,B,01/02/2024 03:05\nA,C,22/11/2024 15:05\n"
    assert [play["playedAt"] for play in Found(american).plays] == ["2024-01-02T03:05:00Z", "2024-11-22T15:05:00Z"]
    assert [play["playedAt"] for play in Found(european).plays] == ["2024-02-01T03:05:00Z", "2024-11-22T15:05:00Z"]


@pytest.mark.parametrize("other", ["02/11/2024 15:05", "22/01/2024 3:05\nA,D,01/22/2024 3:05"])
def test_a_file_that_does_not_show_it_is_refused_until_its_owner_says_it(other: str) -> None:
    table = f"Artist,Track,Date\nA,B,01/02/2024 03:05\nA,C,{other}\n"
    found = Found(table)
    assert found.plays == []
    assert found.summary.unread is not None
    assert found.summary.unread.remedy == "import it with --day-first or with --month-first"
    assert Found(table, options=ReadOptions(day_first=True)).plays[0]["playedAt"] == "2024-02-01T03:05:00Z"


def test_a_time_without_a_zone_is_in_the_zone_that_its_owner_names_and_stays_the_same_play() -> None:
    table = "track,album,artist,time\nLocal Song,Tides,Band G,2021-04-01 12:42:53\n"
    told, zoned = Found(table), Found(table, options=ReadOptions(BERLIN))
    assert (told.plays[0]["playedAt"], told.summary.notes) == ("2021-04-01T12:42:53Z", [IN_UTC])
    assert (zoned.plays[0]["playedAt"], zoned.summary.notes) == ("2021-04-01T10:42:53Z", [])
    assert told.plays[0]["sourceKey"] == zoned.plays[0]["sourceKey"]


@pytest.mark.parametrize("time", [AT, str(SECOND), "2024-11-22T12:55:00+01:00", "2024-11-22 11:55:00 UTC"])
def test_a_time_with_a_zone_is_in_no_other(time: str) -> None:
    found = Found(f"artist,track,date\nA,B,{time}\n", options=ReadOptions(BERLIN))
    assert (found.plays[0]["playedAt"], found.summary.notes) == (AT, [NO_LOCAL_TIMES])


def test_times_in_hours_that_came_twice_or_not_at_all_are_counted() -> None:
    times = "2025-10-26 02:16:00", "2025-10-26 02:50:00", "2025-03-30 02:30:00", "2025-10-26 03:00:00"
    table = "artist,track,date\n" + "".join(f"A,B,{time}\n" for time in times)
    found = Found(table, options=ReadOptions(BERLIN))
    assert found.plays[0]["playedAt"] == "2025-10-26T00:16:00Z"
    assert found.summary.notes == [
        "2 of its times lie in an hour that came twice when clocks went back, read as the first of the two",
        "1 of its times lies in an hour that was skipped when clocks went forward, read as if they had not yet",
    ]


def test_a_day_and_a_time_of_day_may_be_two_columns() -> None:
    assert Found("Date,Time,Artist,Title\n22/11/2024,11:55,A,B\n").plays[0]["playedAt"] == AT


def test_tables_that_were_joined_have_their_headings_in_the_middle() -> None:
    found = Found(f"\ufeffArtist,Track,Timestamp\nA,B,{SECOND}\n\ufeffTimestamp,Artist,Track\n{SECOND},C,D\n")
    assert [(play["artistName"], play["trackName"]) for play in found.plays] == [("A", "B"), ("C", "D")]
    assert found.refused == []


def test_no_name_of_an_account_is_kept_with_a_bad_row() -> None:
    named = 'username,artist,track,timestamp\nsecretname,,B,1732276500\nsecretname,"A,B,1732276500\n'
    headed = "Artist;Track;Date#secretname\n;secretname;1732276500000\n"
    for table in (named, headed):
        found = Found(table, "my/secretname.csv" if table is headed else "scrobbles-secretname-1732276500.csv")
        assert found.rejects
        assert found.tells() == set()


def test_an_undated_row_plays_now_at_the_top_and_is_a_reject_below() -> None:
    found = Found("artist,track,date\nA,Now,\nA,B,22 Nov 2024 11:55\nA,C,\n")
    assert (len(found.plays), found.passed_over) == (1, {"playing now": 1})
    assert found.refused == [(4, None, "scrobble without a date")]


def test_a_player_without_a_clock_is_a_reject_that_its_owner_cannot_help() -> None:
    found = Found('uts,utc_time,artist,track\n0,"01 Jan 1970, 00:00",A,B\n')
    assert [reason for _, _, reason in found.refused] == ["is before 2002"]
    assert not found.summary.is_poor


def test_a_name_with_the_separator_in_it_is_not_cut() -> None:
    found = Found(f"artist,track,timestamp\nEarth, Wind,September,{SECOND}\n")
    assert [reason for _, _, reason in found.refused] == [
        "more cells than columns: a name that holds the separator needs quotation marks"
    ]


@pytest.mark.parametrize(
    "rows", ["A,B,T1,2024-11-22 11:55:00,,\nA,B,T2,2024-11-22 11:59:00,,\n", "A,T1,B,{0}\nA,T2,B,{0}\n"]
)
def test_without_headings_albums_are_told_by_that_they_repeat_themselves(rows: str) -> None:
    assert [play["trackName"] for play in Found(rows.format(AT)).plays] == ["T1", "T2"]
