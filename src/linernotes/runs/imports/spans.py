"""Spans of time in whole seconds since 1970: what is known, and what is left to be asked for."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """From the second ``since`` on, and before the second ``before``."""

    since: int
    before: int

    def __contains__(self, second: object) -> bool:
        """Whether a second lies in it."""
        return isinstance(second, int) and self.since <= second < self.before


def gaps(wanted: Span, known: Iterable[Span]) -> list[Span]:
    """What no known span covers of the wanted one, newest first."""
    found, before = list[Span](), wanted.before
    for span in sorted(known, key=lambda span: span.before, reverse=True):
        found.append(Span(max(span.before, wanted.since), before))
        before = min(before, span.since)
    found.append(Span(wanted.since, before))
    return [gap for gap in found if gap.since < gap.before]
