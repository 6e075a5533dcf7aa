"""Rows out of JSON of any size, whole or broken."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.sources import json_rows as cutting
from linernotes.sources.json_rows import json_rows
from linernotes.sources.json_stream import streamed_rows

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


def listens(number: int) -> list[dict[str, Any]]:
    """Rows with everything in them that may be taken for the end of one."""
    names = ["a}", '{"', "],[", "x\\", 'é"ü', "}, {"]
    images = [{"size": 1}, {"size": 2}]
    return [{"ts": n, "name": names[n % 6], "images": images, "z": [[names[n % 5]]]} for n in range(number)]


def in_every_shape(items: list[Any], indent: int | None) -> dict[str, str]:
    """The same rows as a list, as pages, one page, lines and several lists one after another."""

    def dump(value: Any) -> str:
        return json.dumps(value, indent=indent)

    pages = [{"n": 1, "t": items[:3], "more": {"x": [1, {"y": 2}]}}, {"n": 2, "@attr": {"p": "}"}, "t": items[3:]}]
    return {
        "list": dump(items),
        "lists in a list": dump([items[:2], items[2:]]),
        "lists after lists": dump(items[:2]) + dump(items[2:]) + "\ufeff" + dump([]),
        "pages": dump(pages),
        "a page": dump({"p": {"a": {"u": "}"}, "t": items, "b": [{"q": 1}]}, "z": 2}),
        "values": "\n".join(map(dump, items)),
    }


def streamed(text: str, size: int) -> list[str]:
    encoded = text.encode()
    blocks = [encoded[place : place + size] for place in range(0, len(encoded), size)]
    return [row.decode() for row in streamed_rows(blocks, ("p", "t"))]


def readable(texts: list[str]) -> list[Any]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(json.loads(text))
    return found


SHAPES = tuple(in_every_shape([], None))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("size", [1, 7, 5_000])
def test_rows_are_the_same_in_every_shape_whatever_of_it_is_in_memory(
    shape: str, indent: int | None, size: int
) -> None:
    items = listens(7)
    assert [json.loads(row) for row in streamed(in_every_shape(items, indent)[shape], size)] == items


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("indent", [None, 1])
def test_a_text_that_is_cut_off_gives_its_whole_rows_and_one_more(shape: str, indent: int | None) -> None:
    items = listens(5)
    text = in_every_shape(items, indent)[shape]
    for cut in range(1, len(text), 3):
        rows = streamed(text[:cut], 50)
        whole = readable(rows)
        assert whole == items[: len(whole)]
        assert len(rows) - len(whole) <= 1


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "a page"])
@pytest.mark.parametrize("damage", ["3x,", "nul,", '"3,', "[3,", "NaN NaN,"])
def test_a_broken_row_costs_no_other_in_any_shape(shape: str, damage: str) -> None:
    items = listens(7)
    text = in_every_shape(items, None)[shape].replace('"ts": 3,', f'"ts": {damage}')
    found = readable(streamed(text, 50))
    assert [row for row in items if row not in found] == [items[3]]


def test_what_follows_a_page_of_rows_is_none() -> None:
    assert streamed('{"t": [{"a": 1}], "later": [{"b": 1}], "other": {"c": {"d": 1}}}', 3) == ['{"a": 1}']
