"""Time spans in whole seconds since 1970, and the gaps that known spans leave to fetch."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """The seconds from ``since`` to ``before``, the latter excluded."""

    since: int
    before: int

    def __contains__(self, second: object) -> bool:
        """Whether a second lies within."""
        return isinstance(second, int) and self.since <= second < self.before


def gaps(wanted: Span, known: Iterable[Span]) -> list[Span]:
    """The parts of the wanted span that no known span covers, newest first."""
    found, before = list[Span](), wanted.before
    for span in sorted(known, key=lambda span: span.before, reverse=True):
        found.append(Span(max(span.before, wanted.since), before))
        before = min(before, span.since)
    found.append(Span(wanted.since, before))
    return [gap for gap in found if gap.since < gap.before]
