"""One order for items of which several lists have some each."""

from collections.abc import Iterable, Sequence


def joined_order(lists: Iterable[Sequence[str]]) -> list[str]:
    """All items, each once, and so that none stands before another that a list has in front of it.

    An item that is new stands behind the one before it in its list, or else before the next that is known.
    """
    order: list[str] = []
    known: set[str] = set()
    for items in lists:
        if known.issuperset(items):
            continue
        place = next((order.index(item) for item in items if item in known), len(order))
        for item in items:
            if item in known:
                place = order.index(item) + 1
            else:
                order.insert(place, item)
                known.add(item)
                place += 1
    return order
