"""A figure of a page: a heading, its finding as a sentence, a drawing for wide and for narrow screens, the numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from linernotes.reports.page.drawing import NARROW, WIDE, Drawing

RUN = "Nothing is known here yet: linernotes run asks the music services."
FEW, HALF = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a figure; the first column names the row."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Legend:
    """What a colour stands for."""

    style: str
    name: str
    note: str = ""


class Drawings(NamedTuple):
    """A drawing for wide and one for narrow screens, under the names of their classes."""

    wide: Drawing
    narrow: Drawing


@dataclass(frozen=True, slots=True)
class Figure:
    """``finding`` is read instead of the drawing by those who do not see it; without drawings it is all there is.

    ``unknown`` says for how much of the plays nothing is known, ``sources`` are the providers of the values.
    """

    key: str
    heading: str
    finding: str
    drawing: Drawings | None = None
    table: Table | None = None
    legend: list[Legend] = field(default_factory=list)
    items: list[tuple[str, str]] = field(default_factory=list)
    unknown: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()


def drawn(draw: Callable[[int], Drawing]) -> Drawings:
    """What is drawn for a width, for both."""
    return Drawings(draw(WIDE), draw(NARROW))


def percent(part: float, whole: float) -> str:
    """A share in words: 12 %, or less than 1 %."""
    share = 100 * part / whole if whole else 0
    return "less than 1 %" if 0 < share < 1 else f"{round(share)} %"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def known_for(known: float, whole: float, what: str) -> str:
    """A sentence on the plays for which nothing is known; empty if there are none."""
    return "" if known >= whole else f"{what} is known for {percent(known, whole)} of the plays."


def too_little(key: str, heading: str, known: float, whole: float) -> Figure | None:
    """What stands in the place of a figure of which too little is known."""
    if known >= FEW * whole and known:
        return None
    return Figure(
        key, heading, f"Known for only {percent(known, whole)} of the plays, too few to draw." if known else RUN
    )
