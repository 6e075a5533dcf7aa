"""The report on a roster: every row, whose it is and how that is known; and the way back into the library."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.laptop import Laptop
from tests.samples import artist, keys, lines

CARA, BO, OTHER_BO, NEW = keys(4)
MBID = "5441c29d-3602-4898-b1a1-b77fa23b8e50"
PAGE = "https://open.spotify.com/artist"
ROSTER = (
    "Artist;Link;Fee;Phone;Row\n"
    "Cara;;1;;\n"
    f"Cara Ltd;{PAGE}/{CARA};;+44 1;a\n"
    f"Bo;{BO};;;\n"
    f"Bo;{OTHER_BO};;;\n"
    "bo;;;;x\n"
    f"Emma;{MBID};;;\n"
    "Nobody;https://www.deezer.com/artist/27;2;;\n"
    ";odd;;;\n"
)


@pytest.fixture(scope="module")
def scouted(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A machine with a roster of every kind of row, and one more that knows Cara."""
    laptop = Laptop(tmp_path_factory.mktemp("scouted") / "home").take_over(built_home)
    laptop.drop(lines(artist(BO, artistName="Bo", followerCount=1_200, genres=["rap", "pop"])))
    laptop("ingest")
    assert laptop("import", "roster", laptop.write("known.csv", f"Artist,Link\nCara,{CARA}\n")).code == 0
    said = laptop("import", "roster", laptop.write("spring.csv", ROSTER))
    assert said.code == 4  # one bad row of eight
    laptop.make_tables()
    return laptop


@pytest.fixture
def machine(scouted: Laptop, tmp_path: Path) -> Laptop:
    """That machine for one test, which may change it."""
    return Laptop(tmp_path / "home").take_over(scouted.home)


def rows(machine: Laptop, *options: str) -> dict[int, dict[str, Any]]:
    """The rows of the report by their numbers."""
    said = machine("report", "roster", "--roster", "spring", *options, "--format", "json")
    assert said.code == 0, said.err
    return {row["row"]: row for row in said.rows}


def test_every_row_says_how_it_was_matched_and_which_one_above_is_the_same_artist(scouted: Laptop) -> None:
    told = {number: (row["matchedBy"], row["sameAsRow"], row["why"]) for number, row in rows(scouted).items()}
    assert told == {
        2: ("name", None, None),
        3: ("link", 2, None),
        4: ("link", None, None),
        5: ("link", None, None),
        6: (None, None, "several_artists"),
        7: ("mbid", None, "no_spotify_id"),
        8: (None, None, "unknown_name"),
    }


def test_its_rows_are_counted_and_so_are_those_that_never_came_in(scouted: Laptop) -> None:
    said = scouted("report", "roster", "--roster", "spring")
    matched = "matched 3 by link, 1 by mbid, 1 by name (check that it is the right one)"
    same = "1 row named an artist of a row above (sameAsRow)"
    assert f"spring: 7 rows, {matched}; unresolved 3, 1 of them with a MusicBrainz id alone; {same}\n" in said.err
    assert "spring.csv rejected at import; to list them: linernotes rejects list --file spring.csv --n 1" in said.err
    (reject,) = scouted("rejects", "list", "--file", "spring.csv", "--n", "1", "--format", "json").rows
    assert reject["line"] == 9


def test_own_columns_stand_in_the_order_of_the_file(scouted: Laptop) -> None:
    (first, *_) = rows(scouted, "--unresolved").values()
    assert list(first)[10:] == ["Link (roster)", "Fee", "Phone", "Row (roster)"]


def test_an_import_says_which_rows_turned_out_to_name_one_artist(machine: Laptop) -> None:
    said = machine("import", "roster", machine.write("again.csv", f"Artist,Link\nCara,\nCara Ltd,{CARA}\n"))
    assert "1 row turned out to name the artist of another row: row 3 that of row 2" in said.err


def test_an_artist_has_the_own_columns_of_all_its_rows_in_every_report(machine: Laptop) -> None:
    (row,) = [
        row
        for row in machine("report", "top-artists", "--roster", "spring", "--format", "json").rows
        if row["spotifyUrl"] == f"{PAGE}/{CARA}"
    ]
    assert (row["Fee"], row["Phone"]) == ("1", "+44 1")


def test_whom_spotify_does_not_know_is_unresolved_and_nothing_false_is_said_of_it(scouted: Laptop) -> None:
    emma = rows(scouted, "--unresolved")[7]
    assert emma["whatToDo"].startswith("known by MusicBrainz id alone")
    assert emma["link"] == f"https://musicbrainz.org/artist/{MBID}"
    told = scouted("report", "top-artists", "--roster", "spring", "--format", "json").rows
    (status,) = {row["labelStatus"] for row in told if row["artistName"] == "Emma"}
    assert status == "no label known: Wikidata is asked by Spotify id, and none is known"


def test_candidates_are_links_with_what_tells_them_apart(scouted: Laptop) -> None:
    assert set(rows(scouted)[6]["candidates"]) == {
        f"{PAGE}/{BO} (1,200 followers, rap, pop)",
        f"{PAGE}/{OTHER_BO} (nothing known yet)",
    }


def test_it_is_said_when_nobody_was_asked_about_a_name_yet(scouted: Laptop) -> None:
    assert rows(scouted)[8]["whatToDo"] == (
        "nobody in the library is known by this name, no service was asked yet: put a link into the row"
    )


def test_it_is_said_who_was_asked_about_a_name(everybody: Laptop) -> None:
    everybody("import", "roster", everybody.write("mine.csv", "Artist\nThe Unheard Of\n"))
    assert everybody("run").code == 0
    (row,) = everybody("report", "roster", "--format", "json").rows
    assert row["whatToDo"] == (
        "nobody in the library is known by this name, lastfm was asked by name: put a link into the row"
    )


def test_it_goes_to_a_file_with_its_own_columns_and_notes(scouted: Laptop, tmp_path: Path) -> None:
    for name in ("spring.csv", "spring.xlsx"):
        said = scouted("report", "roster", "--roster", "spring", "--out", tmp_path / name)
        assert (said.code, said.out) == (0, ""), said.err
        assert f"wrote {tmp_path / name}" in said.err
    with (tmp_path / "spring.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert (found[1]["Phone"], found[1]["Row (roster)"], found[0]["Fee"]) == ("'+44 1", "a", "1")
    book = load_workbook(tmp_path / "spring.xlsx")
    assert [cell.value for cell in next(book.worksheets[0].iter_rows())] == list(found[0])
    assert "rejected at import" in " ".join(str(row[1].value) for row in book["About"].iter_rows())
    refused = scouted("report", "roster", "--out", tmp_path / "spring.pdf")
    assert refused.complaint.startswith("linernotes: report roster: unsupported file type")


def test_what_was_put_into_an_exported_file_comes_back_and_nothing_is_doubled(machine: Laptop) -> None:
    before = rows(machine)
    (head, *found) = csv.reader(io.StringIO(machine("report", "roster", "--roster", "spring", "--format", "csv").out))
    found[4][head.index("link")] = f"{PAGE}/{BO}"
    found[6][head.index("link")] = f"{PAGE}/{NEW}"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([head, *found])
    said = machine("import", "roster", machine.write("filled in.csv", text.getvalue()), "--name", "spring")
    assert said.code == 0, said.err
    after = rows(machine)
    assert {number: row["matchedBy"] for number, row in after.items()} == {
        2: "link", 4: "link", 5: "link", 7: "mbid", 8: "link"
    }  # fmt: skip  # row 3 is Cara too, as the report says
    assert after[8]["artistId"] == NEW
    own = ("Fee", "Phone", "Row (roster)", "Link (roster)")
    assert [after[2][name] for name in own] == ["1", "+44 1", "a", None]
    assert after[4]["Row (roster)"] == "x"  # bo, which is Bo now
    assert list(after[2]) == list(before[2])


def test_an_artist_who_was_found_by_name_is_not_taken_for_a_link_on_the_way_back(machine: Laptop) -> None:
    machine("import", "roster", machine.write("alone.csv", "Artist,Fee\nCara,1\n"))
    said = machine("report", "roster", "--roster", "alone", "--format", "csv")
    machine("import", "roster", machine.write("alone.csv", said.out))
    (row,) = machine("report", "roster", "--roster", "alone", "--format", "json").rows
    assert (row["artistId"], row["matchedBy"], row["Fee"]) == (CARA, "name", "1")


def test_the_unresolved_rows_alone_come_back_as_well(machine: Laptop) -> None:
    for form in ("csv", "json"):
        text = machine("report", "roster", "--roster", "spring", "--unresolved", "--format", form).out
        said = machine("import", "roster", machine.write(f"rest.{form}", text))
        assert "3 artists (2 by name alone) in 3 rows" in said.err, said.err
        assert said.code == 0
    listed = machine("report", "roster", "--roster", "rest", "--format", "json").rows
    assert {row["artistName"]: row["why"] for row in listed} == {
        "bo": "several_artists", "Emma": "no_spotify_id", "Nobody": "unknown_name"
    }  # fmt: skip


def test_on_a_terminal_own_columns_are_shown_where_they_fit_and_named_where_they_do_not(
    scouted: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linernotes.cli.console.is_terminal", lambda: True)
    wide = scouted("report", "roster", "--roster", "spring", COLUMNS="200")
    assert "phone" in wide.out
    assert "do not fit" not in wide.err
    narrow = scouted("report", "roster", "--roster", "spring", COLUMNS="80")
    assert "phone" not in narrow.out
    assert "own columns that do not fit: " in narrow.err
    assert "--format csv or --out FILE has them" in narrow.err
