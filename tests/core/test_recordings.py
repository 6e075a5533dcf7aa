"""How titles of tracks are compared: a remaster is the recording, a live take is another one."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.core.names import name_key, title_key
from linernotes.core.recordings import recording_key, same_recording

with Path(__file__).with_name("recordings.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['why']}: {case['title']}")
def test_a_title_is_that_of_its_recording(case: dict[str, str]) -> None:
    assert recording_key(case["title"]) == case["recording"]


@given(st.text())
def test_a_title_with_a_letter_keeps_a_key(title: str) -> None:
    if any(map(str.isalnum, title)):
        assert recording_key(title)


@given(st.text(st.characters(max_codepoint=127, exclude_characters="([{-")))
def test_a_title_without_brackets_and_dashes_is_compared_as_it_is(title: str) -> None:
    assert recording_key(title) == title_key(title)


@pytest.mark.parametrize(
    "words", ["Live", "Nova Remix", "Karaoke", "Instrumental", "Acoustic", "Demo", "Radio Edit", "カラオケ"]
)
@pytest.mark.parametrize("remaster", ["2011 Remaster", "Remastered", "Mono", "Album Version", "リマスター"])
def test_another_recording_stays_another_one_when_it_is_remastered(words: str, remaster: str) -> None:
    expected = name_key(f"Dust {words}")
    for title in (f"Dust ({words}) - {remaster}", f"Dust - {words} ({remaster})", f"Dust - {words} / {remaster}"):
        assert recording_key(title) == expected != recording_key("Dust")


def test_titles_are_of_one_recording_where_both_are_known() -> None:
    assert same_recording("Dust - 2011 Remaster", "DUST (feat. Alma)") is True
    assert same_recording("Dust", "Dust - Live") is False
    assert same_recording("Dust", None) is None
    assert same_recording("", "Dust") is None


@pytest.mark.parametrize("words", ["22" * 200, "digitalen" * 50, "remaster" * 50 + "x"])
def test_a_long_phrase_is_compared_at_once(words: str) -> None:
    assert recording_key(f"Dust ({words}) - Remaster") == f"dust{words}"
