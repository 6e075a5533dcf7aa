"""Drawings as lists of marks, which a template writes as SVG. Coordinates are pixels; text is never shrunk."""

from dataclasses import dataclass, field
from typing import TypeAlias

WIDE, NARROW = 640, 320
LINE = 20  # the height of a line of text
LETTER = 7.2  # the width of a usual letter at 13 pixels; letters of Chinese, Japanese and Korean are twice as wide
LONGEST_NAME = 80  # characters; a name can be as long as a book
WIDE_LETTERS = 0x1100


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; ``style`` is a class of the style sheet, ``note`` is shown beside the pointer."""

    x: float
    y: float
    width: float
    height: float
    style: str
    note: str = ""
    kind: str = "rect"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at its anchor: start, middle or end."""

    x: float
    y: float
    text: str
    style: str = ""
    anchor: str = "start"
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    style: str
    kind: str = "line"

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is marked."""

    x: float
    y: float
    style: str
    kind: str = "dot"


Mark: TypeAlias = Rect | Text | Line | Dot


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks on a ground; those that come later lie above."""

    width: int
    height: float
    marks: list[Mark] = field(default_factory=list)


def shortened(text: str, width: float) -> str:
    """The text cut to what fits into a width."""
    room = width / LETTER
    for place, letter in enumerate(text):
        room -= 2 if ord(letter) >= WIDE_LETTERS else 1
        if room < 0:
            return text[: max(place - 1, 1)].rstrip() + "…"
    return text


def named(name: str | None) -> str:
    """A name as a page has it: on one line, and not longer than a line."""
    text = " ".join((name or "").split())
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def short_number(number: float) -> str:
    """A number for an axis: 950, 1.2k, 3M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + unit
    return f"{number:g}"


def round_top(most: float) -> float:
    """The round number at which an axis ends: 1, 2, 2.5 or 5 times a power of ten."""
    size = 1.0
    while size * 10 < most:
        size *= 10
    return next(size * step for step in (1, 2, 2.5, 5, 10) if size * step >= most)
