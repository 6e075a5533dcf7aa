"""Rows out of JSON of any size, whole or broken."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.sources import json_rows as cutting
from linernotes.sources.json_rows import json_rows

NAMES = st.text(alphabet='a}{,[]":\\ \n', max_size=8)
ITEMS = st.lists(st.dictionaries(NAMES, st.one_of(NAMES, st.lists(st.fixed_dictionaries({"x": NAMES}), max_size=3))))


def rows(text: str) -> list[str]:
    return [row.decode() for _, row in json_rows(io.BytesIO(text.encode()))]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every array is too large for memory, and a block holds hardly a row."""
    monkeypatch.setattr(cutting, "WHOLE_BYTES", 8)
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 5)


@given(ITEMS, st.sampled_from([None, 1]))
def test_an_array_gives_what_is_in_it(items: list[Any], indent: int | None) -> None:
    assert [json.loads(row) for row in rows(json.dumps(items, indent=indent))] == items


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "items",
    [
        [],
        [{}],
        [{"a": 1}, {"a": 2}, {"a": 3}],
        [{"a": "},{"}, {"a": '"} , {"'}, {"a": "\\"}],
        [{"images": [{"size": 1}, {"size": 2}]}, {"images": [{"size": 3}, {"size": 4}]}],
    ],
)
def test_so_does_one_that_is_cut_at_its_seams(tiny: None, items: list[Any], indent: int | None) -> None:
    assert [json.loads(row) for row in rows(json.dumps(items, indent=indent))] == items


@pytest.mark.parametrize("bad", ['{"a": nul}', '{"a": "x}', '{"a" 1}', '{"a": [}'])
def test_a_broken_row_is_one_row_and_costs_no_other(bad: str) -> None:
    assert rows(f'[{{"a": 1}}, {bad}, {{"a": 2}},\n{{"a": 3}}]') == ['{"a": 1}', bad, '{"a": 2}', '{"a": 3}']


@pytest.mark.parametrize("left", range(2, 24))
def test_half_an_array_gives_its_whole_rows_and_the_torn_one(left: int) -> None:
    text = json.dumps([{"a": 1}, {"b": 2}, {"c": 3}])[:left]
    whole = [row for row in rows(text) if cutting.is_whole(row.encode())]
    assert whole == ['{"a": 1}', '{"b": 2}'][: text.count("}")]


def test_lines_are_rows_and_so_is_a_single_value() -> None:
    assert rows('{"a": 1}\n\n{"b"\r\n{"c": 3}') == ['{"a": 1}', '{"b"', '{"c": 3}']
    assert rows('{\n "a": 1\n}') == ['{\n "a": 1\n}']


def test_rows_are_numbered_over_all_pages() -> None:
    pages = b'[{"p": {"t": [{"a": 1}, {"a": 2}]}}, {"p": {"t": {"a": 3}}}, {"a": 4}]'
    found = list(json_rows(io.BytesIO(pages), ("p", "t")))
    assert found == [(number, f'{{"a": {number}}}'.encode()) for number in range(1, 5)]


def test_brackets_without_end_stop_nothing() -> None:
    assert len(rows("[" * 100_000)) == 1
