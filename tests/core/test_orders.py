"""Lists that have some items each of one order."""

import pytest

from linernotes.core.orders import joined_order


@pytest.mark.parametrize(
    ("lists", "order"),
    [
        ([["a", "c"], ["a", "b", "c"]], "abc"),
        ([["c"], ["a", "b", "c"]], "abc"),
        ([["b"], ["a"], ["a", "b"]], "ba"),
        ([["a"], ["b"], []], "ab"),
        ([["a", "b"], ["b", "c"], ["b", "d", "c"]], "abdc"),
    ],
)
def test_an_item_that_is_new_stands_where_its_neighbours_do(lists: list[list[str]], order: str) -> None:
    assert joined_order(lists) == list(order)
