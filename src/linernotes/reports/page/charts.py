"""The kinds of charts, drawn for a width: ranked bars, columns, weekdays by hours, lines, rows of small lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from linernotes.reports.page.drawing import (
    LETTER,
    LINE,
    NARROW,
    Dot,
    Drawing,
    Line,
    Mark,
    Rect,
    Text,
    round_top,
    short_number,
    shortened,
)

NAMES = 210  # the width of the names beside bars
FIGURES = 84  # the width of the numbers behind bars
BAR = 16
AXIS = 40
PLOT = 220  # the height of columns and lines
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HEATS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and its number as text; ``tick`` marks an earlier value."""

    name: str
    value: float
    text: str
    tick: float | None = None
    style: str = "c1"


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour of columns stands for, with a value per column."""

    name: str
    style: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of small lines: its values by month, the place of its mark, and what is said of it."""

    name: str
    note: str
    values: Sequence[float]
    mark: int


def bars(items: Sequence[Bar], width: int) -> Drawing:
    """Ranked bars; on a narrow screen the names stand above them."""
    most = max((max(item.value, item.tick or 0) for item in items), default=1) or 1
    narrow = width <= NARROW
    start, step = (0, 44) if narrow else (NAMES, 30)
    room = width - start - FIGURES
    marks: list[Mark] = []
    for place, item in enumerate(items):
        top = place * step + (LINE if narrow else 4)
        long = max(2.0, room * item.value / most)
        name = shortened(item.name, width - FIGURES if narrow else NAMES - 12)
        marks += [
            Text(0, top - 6 if narrow else top + 13, name, "name"),
            Rect(start, top, long, BAR, f"mark {item.style}", f"{item.name}: {item.text}"),
            Text(start + long + 8, top + 13, item.text, "figure"),
        ]
        if item.tick is not None:
            at = start + room * item.tick / most
            marks.append(Rect(at - 1.5, top - 4, 3, BAR + 8, "tick"))
    return Drawing(width, len(items) * step + 6, marks)


def columns(labels: Sequence[str], series: Sequence[Series], width: int, *, whole: bool = False) -> Drawing:
    """Columns of stacked parts; ``whole`` ones are all as high, and their axis is in percent."""
    sums = [sum(one.values[place] for one in series) for place in range(len(labels))]
    top = 1.0 if whole else round_top(max(sums, default=1) or 1)
    step = (width - AXIS) / max(len(labels), 1)
    gap = min(8, step * 0.2)
    marks = _grid(width, top, percent=whole)
    for place, label in enumerate(labels):
        base, scale = PLOT + 10.0, PLOT / ((sums[place] or 1) if whole else top)
        for one in series:
            high = one.values[place] * scale
            if high > 0:
                base -= high
                note = f"{label}, {one.name}: {_amount(one.values[place], sums[place], whole=whole)}"
                marks.append(Rect(AXIS + place * step + gap / 2, base, step - gap, high, f"mark {one.style}", note))
    return Drawing(width, PLOT + 34, marks + _labels(labels, width, step, step / 2))


def heat(grid: Sequence[Sequence[int]], width: int) -> Drawing:
    """Seven weekdays from Monday, by 24 hours."""
    left = 34
    step = (width - left) / 24
    high = step if width > NARROW else 22
    most = max(max(row) for row in grid) or 1
    marks: list[Mark] = []
    for day, row in enumerate(grid):
        marks.append(Text(0, day * high + high / 2 + 5, DAYS[day] if width > NARROW else DAYS[day][:2]))
        for hour, number in enumerate(row):
            shade = 0 if not number else min(HEATS - 1, 1 + int((HEATS - 1) * number / (most + 1)))
            note = f"{DAYS[day]} {hour}:00, {number:,}"
            marks.append(Rect(left + hour * step, day * high, step - 1.5, high - 1.5, f"h{shade}", note))
    hours = [Text(left + hour * step, 7 * high + 16, f"{hour}", "axis") for hour in (0, 6, 12, 18)]
    return Drawing(width, 7 * high + 22, [*marks, *hours])


def line(labels: Sequence[str], values: Sequence[float | None], width: int, style: str = "c1") -> Drawing:
    """A line with its dots; where a value is missing it is broken."""
    known = [value for value in values if value is not None]
    top = round_top(max(known, default=1) or 1)
    step = (width - AXIS - 12) / max(len(labels) - 1, 1)
    marks = _grid(width, top)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((AXIS + 6 + place * step, PLOT + 10 - PLOT * value / top))
    marks += [Line(tuple(run), f"line {style}") for run in runs if len(run) > 1]
    marks += [Dot(x, y, f"mark {style}") for run in runs for x, y in run if len(labels) <= 40 or len(run) == 1]
    return Drawing(width, PLOT + 34, marks + _labels(labels, width, step, 6))


def rows(items: Sequence[Row], width: int) -> Drawing:
    """A small line for each thing, with a mark where it begins, and the note about it."""
    narrow = width <= NARROW
    start, step = (0, 84) if narrow else (NAMES + 60, 54)
    room, high = width - start - 8, 30.0
    marks: list[Mark] = []
    for place, item in enumerate(items):
        top = place * step + (40.0 if narrow else 8.0)
        name, note = shortened(item.name, NAMES), shortened(item.note, width if narrow else NAMES + 40)
        marks += [
            Text(0, top - 26 if narrow else top + 12, name, "name"),
            Text(0, top - 8 if narrow else top + 30, note, "axis"),
        ]
        most, across = max(item.values) or 1, room / max(len(item.values) - 1, 1)
        points = [(start + 4 + at * across, top + high - high * value / most) for at, value in enumerate(item.values)]
        marks += [
            Line(((start + 4, top + high), (start + 4 + room, top + high)), "grid"),
            Line(tuple(points), f"line c{place % 7 + 1}"),
            Dot(*points[item.mark], f"mark c{place % 7 + 1}"),
        ]
    return Drawing(width, len(items) * step + 4, marks)


def _grid(width: int, top: float, *, percent: bool = False) -> list[Mark]:
    marks: list[Mark] = []
    for part in (0, 0.5, 1):
        y = PLOT + 10 - PLOT * part
        label = f"{round(100 * part)} %" if percent else short_number(top * part)
        marks += [Line(((AXIS, y), (width, y)), "grid"), Text(AXIS - 6, y + 4, label, "axis", "end")]
    return marks


def _labels(labels: Sequence[str], width: int, step: float, offset: float) -> list[Mark]:
    """The names of columns, as many of them as have room, the last one among them."""
    longest = max((len(label) for label in labels), default=1) * LETTER + 10
    every = max(1, -int(-longest // step))
    last = len(labels) - 1
    return [
        Text(min(AXIS + place * step + offset, width - longest / 2 + 5), PLOT + 28, label, "axis", "middle")
        for place, label in enumerate(labels)
        if (last - place) % every == 0 and AXIS + place * step + offset >= longest / 2 - 5
    ]


def _amount(value: float, total: float, *, whole: bool) -> str:
    return f"{round(100 * value / total)} %" if whole and total else f"{round(value):,}"
