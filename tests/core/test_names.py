"""Which spellings are of one name, and who is in a credit: the cases of names.csv and guests.csv."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.core.names import credit_keys, name_key, same_name, title_key

with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))
with Path(__file__).with_name("guests.csv").open(encoding="utf-8", newline="") as table:
    GUESTS = list(csv.DictReader(table))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['one']} {case['other']}")
def test_names_are_the_same_or_not_as_the_table_says(case: dict[str, str]) -> None:
    assert same_name(case["one"], case["other"]) is (case["same"] == "yes")


@pytest.mark.parametrize(("one", "other"), [(None, "ABBA"), ("ABBA", None), ("", "ABBA"), (None, None)])
def test_an_unknown_name_is_neither_the_same_nor_another(one: str | None, other: str | None) -> None:
    assert same_name(one, other) is None


@given(st.text())
def test_a_key_is_its_own_key_and_a_name_with_a_letter_has_one(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert key or not any(map(str.isalnum, name))


@pytest.mark.parametrize("case", GUESTS, ids=lambda case: case["why"])
def test_guests_are_told_from_the_main_artist_as_the_table_says(case: dict[str, str]) -> None:
    assert "|".join(credit_keys(case["text"])) == case["credits"]


@pytest.mark.parametrize("case", GUESTS, ids=lambda case: case["why"])
def test_a_title_is_the_same_with_and_without_its_guests(case: dict[str, str]) -> None:
    assert title_key(case["text"]) == case["title"]


@given(st.text())
def test_a_credit_with_a_letter_has_an_artist_and_a_title_a_key(text: str) -> None:
    if any(map(str.isalnum, text)):
        assert credit_keys(text)
        assert title_key(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_an_ascii_name_has_the_key_that_it_has_among_other_signs(name: str) -> None:
    assert name_key(name) == name_key(f"\N{VARIATION SELECTOR-16}{name}")
