"""A roster that names an artist more than once: it is one artist, and nothing that a row says of it is lost."""

import pytest

from tests.samples import keys
from tests.sources.test_roster import MBID, PAGE, artists, own, read

ONE, TWO = keys(2)


def test_a_later_row_with_the_link_gives_the_name_above_it_its_link_and_its_own_columns() -> None:
    content = f"Band;Link;Prio;Notiz\nELEVATOR ATLAS;;;Dublette\nElevator Atlas;spotify:artist:{ONE};hoch;gut\n"
    roster = read(content)
    assert artists(content) == [(ONE, "ELEVATOR ATLAS")]
    assert own(content) == [{"Prio": "hoch", "Notiz": "Dublette"}]
    assert (roster.repeats, [line["rowNumber"] for line in roster.artists.values()]) == ([3], [2])
    assert roster.found == {"link": 1}


def test_a_later_row_with_the_name_alone_only_adds_to_the_row_with_the_link() -> None:
    content = f"Band;Link;Prio;Notiz\nElevator Atlas;{PAGE}/{ONE};;gut\nelevator  atlas!;;hoch;\n"
    assert artists(content) == [(ONE, "Elevator Atlas")]
    assert own(content) == [{"Prio": "hoch", "Notiz": "gut"}]


@pytest.mark.parametrize("other", [f"{PAGE}/{TWO}", MBID])
def test_a_name_that_rows_with_different_links_bear_is_none_of_theirs(other: str) -> None:
    roster = read(f"Band;Link\nBo;{ONE}\nBo;{other}\nbo;\n")
    assert (len(roster.artists), roster.repeats) == (3, [])


def test_a_row_with_both_ids_says_that_rows_with_one_of_them_are_the_same_artists() -> None:
    content = f"Band;MBID;Spotify;Fee\nBo;{MBID};;\n;;{ONE};9\nBo;{MBID};{ONE};\n"
    assert artists(content) == [(ONE, "Bo")]
    assert own(content) == [{"Fee": "9"}]
    assert read(content).found == {"link": 1}


def test_own_columns_stand_in_the_order_of_the_file_whichever_row_fills_them() -> None:
    content = f"Band;Link;A;B;C;D\nBo;{ONE};;;3;\nAnn;{TWO};1;;\nAnn;;;2;3;\n"
    assert own(content)[0] == {"A": None, "B": None, "C": "3"}
    assert [list(columns) for columns in own(content)] == [["A", "B", "C"]] * 2
    assert read(content).own_columns == ["A", "B", "C"]
