"""What a person sees, and what a program reads."""

import csv
import io
import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from linernotes.__main__ import main
from linernotes.cli.console import ConsoleProgress, show, show_answer, show_each, show_plan
from linernotes.cli.logs import set_up_logging
from linernotes.core.counts import ExtractStats, LoadStats
from linernotes.reports.queries import FieldAlarm
from linernotes.runs.messages import alarm_lines, count_lines, partial_lines
from linernotes.storage.ports import Answer

UTC_NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"artist": "ABBA [1972]", "plays": 12_345, "genres": ["pop", "disco"], "at": datetime(2026, 11, 1, 7, tzinfo=UTC)},
    {"artist": None, "plays": 0, "genres": [], "at": None},
]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person reads stdout."""
    monkeypatch.setattr("linernotes.cli.console.is_terminal", lambda: True)


def test_json_is_all_that_stands_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, "json", "a title")
    said = capsys.readouterr()
    assert json.loads(said.out) == [{**ROWS[0], "at": "2026-11-01T07:00:00Z"}, ROWS[1]]
    assert said.err == ""


@pytest.mark.parametrize(("form", "out"), [("json", "[]\n"), ("csv", ""), ("table", "a title: none\n")])
@pytest.mark.usefixtures("terminal")
def test_a_report_without_rows_says_so(form: str, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([], form, "a title")
    assert capsys.readouterr().out == out


def test_a_program_gets_tab_separated_lines_that_are_never_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    show(
        [{"artistName": "A name\tthat is\nlong " * 9, "plays": 12_345, "day": None, "tags": ["a", "b"]}], "table", "top"
    )
    said = capsys.readouterr()
    assert [line.split("\t") for line in said.out.splitlines()] == [
        ["artistName", "plays", "day", "tags"],
        [" ".join(["A name that is long"] * 9), "12345", "", "a; b"],
    ]
    show([], "table", "top artists")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "top artists: none\n")


def test_csv_is_written_as_rfc_4180_has_it_and_a_record_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": 'Say "hi", they\nsaid', "plays": 1}], "csv")
    assert capsys.readouterr().out == 'name,plays\r\n"Say ""hi"", they said",1\r\n'


@pytest.mark.usefixtures("terminal")
def test_an_answer_shows_years_as_years_and_names_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(Answer(("year", "name"), [(2025, "[bold]ABBA"), (2026, None)]), "table")
    words = capsys.readouterr().out.split()
    assert {"2025", "[bold]ABBA", "2026", "-"} <= set(words)
    assert words[-2:] == ["2", "rows"]


def test_an_answer_is_json_and_csv_whatever_its_types_are(capsys: pytest.CaptureFixture[str]) -> None:
    values = (Decimal("1.50"), Decimal(2), float("nan"), {"day": date(2026, 1, 2), 3: [Decimal("0.5")]}, UTC_NOON)
    answer = Answer(("price", "whole", "odd", "pair", "at"), [values])
    show_answer(answer, "json")
    assert json.loads(capsys.readouterr().out) == [
        {"price": 1.5, "whole": 2, "odd": None, "pair": {"day": "2026-01-02", "3": [0.5]}, "at": "2026-11-01T12:00:00Z"}
    ]
    show_answer(Answer(("a", "a"), []), "csv")
    assert capsys.readouterr().out == "a,a\r\n"


def test_csv_has_a_header_and_one_line_per_row(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, "csv")
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == [
        {"artist": "ABBA [1972]", "plays": "12345", "genres": "pop; disco", "at": "2026-11-01T07:00:00Z"},
        {"artist": "", "plays": "0", "genres": "", "at": ""},
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_runs_what_a_name_says(start: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": f"{start}1+1", "day": date(2026, 11, 1), "number": -5}], "csv")
    written = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    shown = f"'{' ' if start.isspace() else start}1+1"
    assert list(written) == [["name", "day", "number"], [shown, "2026-11-01", "-5"]]


@pytest.mark.parametrize("name", ["\r=1+1", "a\u2028=1+1", "  =1+1", "\uff1d1+1", "a\nb"])
def test_a_record_is_one_line_and_no_formula_whatever_a_name_begins_with(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show([{name: name}], "csv")
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 2
    cells = [line.strip('"') for line in out.split("\r\n") if line]
    assert [cell for cell in cells if cell.lstrip()[:1] in "=\uff1d"] == []


HOSTILE = "[/] [bold]x\\[/bold] \x1b]0;title\x07\x1b[31m \x9b31m \u202e evil"


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_name_is_no_markup_and_no_control_sequence(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for print_it in (show, show_each):
        print_it([{"name": HOSTILE, "genres": [HOSTILE, "[/]"]}], form, f"title {HOSTILE}")
    show_answer(Answer((HOSTILE,), [(HOSTILE,)]), form)
    show_plan([{"mode": HOSTILE, "items": 0, "note": ""}], "table")
    ConsoleProgress().say(HOSTILE)
    shown = "".join(capsys.readouterr())
    assert set(shown) & {"\x07", "\x9b", "\u202e"} == set()
    assert "\x1b]" not in shown
    assert "\x1b[31m" not in shown
    assert "[/]" in shown.replace("\n", "")


def test_an_error_and_the_log_show_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "\x1b[31m", "--env", "\x1b[31mred"]) == 2
    set_up_logging(0, None, [])
    logging.getLogger("linernotes").warning("file \x1b[31m.jsonl")
    assert "\x1b" not in "".join(capsys.readouterr())


def test_nor_what_a_list_of_names_says(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"genres": ["=1+1", "pop"]}], "csv")
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["genres"].startswith("'=")


@pytest.mark.usefixtures("terminal")
def test_a_table_shows_every_value_as_people_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, "table", "a title")
    out = capsys.readouterr().out
    for words in ("a title", "artist", "ABBA [1972]", "12,345", "pop, disco", "2026-11-01 07:00", " - "):
        assert words in out


@pytest.mark.usefixtures("terminal")
def test_a_plan_fits_a_terminal_with_its_notes_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = {"provider": "listenbrainz_lookup", "mode": "incremental", "items": 12_345, "calls": 247, "minutes": 4.1}
    row |= {"days": 1, "quotaLeft": "4,753 calls today", "priceUsd": 0.0}
    show_plan(
        [
            row | {"note": "12 older artists not included; to fetch them: linernotes run --mode backfill"},
            row | {"note": ""},
        ],
        "table",
    )
    title, *table, note = capsys.readouterr().out.splitlines()
    assert title.strip() == "plan: incremental"
    assert [line.split() for line in table if "lookup" in line] == [
        ["listenbrainz_lookup", "12,345", "247", "4.1", "1", "4,753", "calls", "today", "0.0"]
    ] * 2
    assert note == "listenbrainz_lookup: 12 older artists not included; to fetch them: linernotes run --mode backfill"


def test_a_plan_of_nothing_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"provider": "spotify", "mode": "incremental", "items": 0, "calls": 0, "note": ""}
    older = "12 older artists not included; to fetch them: linernotes run --mode backfill"
    show_plan(
        [row | {"note": "skipped: X not set"}, row | {"note": f"skipped: Y not set; {older}"}, row | {"note": older}],
        "table",
    )
    assert capsys.readouterr().out == f"plan: nothing is due (incremental); {older}\n"


@pytest.mark.usefixtures("terminal")
def test_a_narrow_terminal_wraps_a_table_and_cuts_nothing_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    names = ("ENRICHMENT_APIFY_API_TOKEN", "a licence of several words", "unenrichedArtistCount", "pctMissing", "state")
    show([{name: name for name in names}], "table")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60
    words = " ".join(lines).split()
    assert {"licence", "several", "unenriched", "pct", "missing", "state"} <= set(words)


@pytest.mark.usefixtures("terminal")
def test_rows_with_long_values_are_shown_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    show_each([{"value": "pop [1972]", "retrievedAt": None}, {"value": "rap", "retrievedAt": None}], "table", "genres")
    shown = " ".join(capsys.readouterr().out.split())
    assert shown == "genres value pop [1972] retrieved at - value rap retrieved at -"
    show_each([{"value": "pop"}], "csv", "genres")
    assert capsys.readouterr().out == "value\r\npop\r\n"


@pytest.mark.usefixtures("terminal")
def test_words_in_brackets_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": "[bold]loud[/bold]", "tags": ["[red]"]}], "table")
    ConsoleProgress().say("[bold]loud[/bold]")
    said = capsys.readouterr()
    assert "[bold]loud[/bold]" in said.out
    assert "[red]" in said.out
    assert said.err == "[bold]loud[/bold]\n"


def test_progress_never_reaches_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    progress = ConsoleProgress()
    progress.advance(1, 1)
    first, second = progress.begin("fetching from Spotify", 10), progress.begin("fetching from Last.fm", 5)
    progress.advance(first, 10)
    for step in (first, second, second):
        progress.end(step)
    said = capsys.readouterr()
    assert said.out == ""
    assert "fetching from Spotify" in said.err


def test_a_summary_has_the_numbers_that_have_to_add_up() -> None:
    assert count_lines(ExtractStats(1000, 20, 3, 1023), LoadStats(2, 1030, 1023, 5, 2)) == [
        "asked 1,023 = found 1,000 + not found 20 + failed 3",
        "landed 1,030 lines = loaded 1,023 + rejected 5 + already known 2",
    ]


def test_why_a_run_is_partial_is_told_reason_by_reason() -> None:
    assert partial_lines(["spotify: cooling down", "spent"]) == ["partial: spotify: cooling down", "partial: spent"]


def test_an_alarm_names_the_service_the_field_and_how_much_of_it_is_left() -> None:
    dark = FieldAlarm(
        provider="lastfm",
        field="tags",
        kind="dark",
        since=date(2026, 11, 8),
        answers=1_200,
        share=0.0,
        previousShare=0.96,
    )
    assert alarm_lines([dark, dark | {"kind": "null_rate", "share": 0.25, "previousShare": 1.0}]) == [
        "alarm: lastfm no longer returns tags: filled in 0 % of 1,200 responses since 2026-11-08, 96 % before",
        "alarm: lastfm rarely returns tags: filled in 25 % of 1,200 responses since 2026-11-08, 100 % before",
    ]
