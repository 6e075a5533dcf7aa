"""The report to hand on: the right columns, numbers that are numbers, and nothing that a spreadsheet would run."""

import csv
import io
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.laptop import Laptop
from tests.samples import LONG_AGO, artist, keys, lines

HEADINGS = ["Name", "Monthly Listeners", "Label", "Management"]
FIRST, SECOND, THIRD = keys(3)
FORMULA = '=HYPERLINK("https://example.org","Free tickets")'


@pytest.fixture(scope="module")
def handed_in(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three artists: one known to everybody, one whose name and manager are formulas, one barely known."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("report") / "home")))
    laptop.drop(
        lines(
            artist(FIRST, artistName="Gims", genres=["rap", "pop"], followerCount=1_049_358, popularity=69),
            artist(SECOND, artistName=FORMULA),
            artist(THIRD),
        )
    )
    listeners = [
        {"artistId": key, "monthlyListeners": number, "retrievedAt": "2026-11-02T07:00:00Z"}
        for key, number in ((FIRST, 18_500_000), (SECOND, 1_000))
    ]
    laptop.drop(lines(*listeners), "mine_monthly_listeners.jsonl", "apify")
    facts = [
        {
            "artistId": key,
            "wikidataId": item,
            "artistLabel": name,
            "labels": [{"id": "Q2", "name": "Play Two", "ended": key == SECOND}],
            "management": [{"id": "Q3", "name": manager, "property": "P1037", "ended": False}],
            "retrievedAt": "2026-11-03T07:00:00Z",
        }
        for key, item, name, manager in (
            (FIRST, "Q1", "GIMS", "Renversant Artists"),
            (SECOND, "Q9", FORMULA, "@SUM(1+1)\x07"),
        )
    ]
    laptop.drop(lines(*facts), "mine_artist_facts.jsonl", "wikidata")
    said = laptop.make_tables()
    assert said.code == 0, said.err
    return laptop.home


@pytest.fixture
def library(laptop: Laptop, handed_in: Path) -> Laptop:
    """A machine of which that home is."""
    shutil.rmtree(laptop.home)
    shutil.copytree(handed_in, laptop.home)
    return laptop


def test_a_workbook_has_the_columns_that_people_look_for_and_numbers_in_them(library: Laptop, tmp_path: Path) -> None:
    said = library("report", "top-artists", "--n", "2", "--out", tmp_path / "top.xlsx")
    assert (said.code, said.out) == (0, "")
    assert "2 of 3 artists listed" in said.err
    sheet = load_workbook(tmp_path / "top.xlsx").worksheets[0]
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header][:4] == HEADINGS
    assert all(cell.font.bold for cell in header)
    assert sheet.freeze_panes == "A2"
    assert [row[4].value for row in rows] == [1, 2]
    gims = {head.value: cell for head, cell in zip(header, next(r for r in rows if r[0].value == "Gims"), strict=True)}
    assert [gims[name].value for name in HEADINGS] == ["Gims", 18_500_000, "Play Two", "Renversant Artists"]
    assert isinstance(gims["Opportunity Score"].value, int | float)
    assert gims["Genres"].value == "rap, pop"
    link = gims["Spotify URL"].hyperlink
    assert link is not None
    assert link.target == f"https://open.spotify.com/artist/{FIRST}"
    assert gims["Retrieved At"].value == datetime.fromisoformat(LONG_AGO.removesuffix("Z"))


def test_no_text_of_a_service_becomes_a_formula(library: Laptop, tmp_path: Path) -> None:
    library("report", "top-artists", "--out", tmp_path / "top.xlsx")
    library("report", "top-artists", "--out", tmp_path / "top.csv")
    sheet = load_workbook(tmp_path / "top.xlsx").worksheets[0]
    (row,) = [row for row in sheet.iter_rows() if row[0].value == FORMULA]
    assert (row[0].data_type, row[0].quotePrefix) == ("s", True)
    assert (row[3].value, row[3].data_type, row[3].quotePrefix) == ("@SUM(1+1)", "s", True)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "top.csv").read_text(encoding="utf-8"))))
    assert list(rows[0])[:4] == HEADINGS
    assert {row["Name"] for row in rows} == {"Gims", f"'{FORMULA}", "ABBA"}


def test_it_says_whose_values_it_holds_and_under_which_licence(library: Laptop, tmp_path: Path) -> None:
    library("report", "top-artists", "--out", tmp_path / "top.xlsx")
    book = load_workbook(tmp_path / "top.xlsx")
    about = {row[0].value: str(row[1].value) for row in book["About"].iter_rows()}
    assert about["Values of wikidata"].startswith("CC0")
    assert "computed by linernotes" in about["Opportunity Score"]
    assert (book.properties.title, book.properties.creator) == ("Top artists", "linernotes")
    told = {row[0].value: (row[-2].value, str(row[-1].value)) for row in book.worksheets[0].iter_rows(min_row=2)}
    assert told["Gims"][0] == "apify, spotify, wikidata"
    assert told["Gims"][1].endswith(" | Spotify Developer Terms | CC0")


def test_without_a_file_it_is_shown_on_the_screen(library: Laptop) -> None:
    (shown,) = library("report", "top-artists", "--n", "1", "--format", "json").rows
    assert list(shown)[:5] == ["artistName", "monthlyListeners", "principalLabel", "management", "rank"]
    assert "Gims" in library("report", "top-artists").out


def test_it_has_what_is_known_without_paid_services_and_counts_it(library: Laptop, tmp_path: Path) -> None:
    for name in ("top.csv", "top.xlsx"):
        said = library("report", "top-artists", "--out", tmp_path / name)
        assert "known of these 3: Monthly Listeners 2, Followers 1, Last.fm Listeners 0" in said.err
    with (tmp_path / "top.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert (rows["Gims"]["Followers"], rows["Gims"]["Popularity"], rows["ABBA"]["Followers"]) == ("1049358", "69", "")
    book = load_workbook(tmp_path / "top.xlsx")
    assert [cell.value for cell in next(book.worksheets[0].iter_rows())] == list(rows["Gims"])
    assert "known of these 3" in " ".join(str(row[1].value) for row in book["About"].iter_rows())


def test_a_roster_keeps_its_own_columns_on_the_screen_and_in_files(library: Laptop, tmp_path: Path) -> None:
    library(
        "import", "roster", library.write("spring.csv", f"Artist ID;Notiz;Name\n{FIRST};call back;x\n;;Nobody Known\n")
    )
    library.make_tables()
    said = library("report", "top-artists", "--roster", "spring", "--out", tmp_path / "top.csv")
    assert said.code == 0, said.err
    with (tmp_path / "top.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert (rows["Gims"]["Notiz"], rows["Nobody Known"]["Notiz"]) == ("call back", "")
    assert rows["Nobody Known"]["Label Status"] == "no label known: Wikidata is asked by Spotify id, and none is known"
    unresolved = "select artistName, why, playCount from {hub}.hub_music__svc_unresolved_artists"
    assert library.rows(unresolved) == [{"artistName": "Nobody Known", "why": "unknown_name", "playCount": 0}]
    assert "; --n lists more" in library("report", "top-artists", "--n", "1").err


def test_an_empty_label_says_whether_there_is_none_or_none_is_known(library: Laptop) -> None:
    told = {row["artistName"]: row["labelStatus"] for row in library("report", "top-artists", "--format", "json").rows}
    assert told == {
        "Gims": "on this label",
        FORMULA: "on no label now, formerly Play Two",
        "ABBA": "no label known: Wikidata was not asked yet",
    }


def test_a_report_on_artists_that_no_service_was_asked_about_is_refused(laptop: Laptop, tmp_path: Path) -> None:
    laptop("import", "roster", laptop.roster(FIRST, SECOND))
    laptop.make_tables()
    said = laptop("report", "top-artists", "--out", tmp_path / "top.csv")
    assert said.code == 4
    assert (
        "no service has given a number about any of 2 artists yet; to ask the services: linernotes run"
        in said.complaint
    )
    assert not (tmp_path / "top.csv").exists()


@pytest.mark.parametrize(
    ("field", "value", "provider"),
    [
        ("Label", "Play Two", "wikidata"),
        ("Monthly Listeners", "18500000", "apify"),
        ("FOLLOWERS", "1049358", "spotify"),
        ("artistName", "Gims", "spotify"),
    ],
)
def test_a_heading_of_the_sheet_is_explained_as_its_column_is(
    library: Laptop, field: str, value: str, provider: str
) -> None:
    (row, *_) = library("explain", "Gims", field, "--format", "json").rows
    assert (row["value"], row["provider"]) == (value, provider)


def test_a_score_is_explained_by_its_formula_and_its_inputs(library: Laptop) -> None:
    score, *inputs = library("explain", "Gims", "Opportunity Score", "--format", "json").rows
    assert (score["field"], score["provider"]) == ("opportunityScore", "linernotes")
    assert "x (100 - fame" in score["evidence"]
    assert {row["field"] for row in inputs} >= {"monthlyListeners", "followerCount", "popularity"}
    assert {row["counts"] for row in inputs} == {True}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("top.pdf", "unsupported file type top.pdf; use .xlsx"),
        ("top", "unsupported file type top;"),
        ("no/top.csv", "does not exist; create it"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line(library: Laptop, tmp_path: Path, name: str, said: str) -> None:
    refused = library("report", "top-artists", "--out", tmp_path / name)
    assert refused.code == 2
    assert said in refused.complaint


def test_how_a_file_is_written_its_name_alone_says(library: Laptop, tmp_path: Path) -> None:
    refused = library("report", "top-artists", "--out", tmp_path / "top.csv", "--format", "json")
    assert refused.code == 2
    assert "--format applies to the screen" in refused.complaint
    refused = library("report", "top-artists", "--out", tmp_path / f"{'x' * 300}.csv")
    assert refused.code == 2
    assert "File name too long; choose another file with --out" in refused.complaint


def test_an_older_report_stays_whole_until_the_new_one_is(
    library: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "top.xlsx").write_text("the one of last week")
    with monkeypatch.context() as patched:
        patched.setattr("openpyxl.Workbook.save", lambda _book, path: _full(path))
        assert library("report", "top-artists", "--out", tmp_path / "top.xlsx").code == 2
    assert (tmp_path / "top.xlsx").read_text() == "the one of last week"
    assert not list(tmp_path.glob(".top*"))


def _full(path: Path) -> None:
    path.write_bytes(b"PK")
    raise OSError(28, "No space left on device", str(path))
