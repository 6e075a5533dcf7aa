"""The columns of time of a chart: months, quarters or years, without a gap from the first to the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MOST_MONTHS, MOST_QUARTERS = 15, 16


@dataclass(frozen=True, slots=True)
class Span:
    """The months from ``first`` to ``last``, both counted as year x 12 + month - 1.

    ``grain`` is the number of months of a column; 0 leaves that to their number.
    """

    first: int
    last: int
    grain: int = 0

    @property
    def months(self) -> range:
        """Every month."""
        return range(self.first, self.last + 1)

    @property
    def size(self) -> int:
        """How many months one column stands for: 1, 3 or 12."""
        if self.grain:
            return self.grain
        number = self.last - self.first + 1
        return 1 if number <= MOST_MONTHS else 3 if number <= 3 * MOST_QUARTERS else 12

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [column_name(start, self.size) for start in self.starts]

    @property
    def starts(self) -> list[int]:
        """The first months of the columns."""
        size = self.size
        return list(range(self.first // size * size, self.last + 1, size))

    def place(self, month: int) -> int:
        """The place of the column that a month belongs to."""
        return month // self.size - self.first // self.size


def number_of(year: int, month: int) -> int:
    """A month as a number; month 0 is the first, where only the year is known."""
    return year * 12 + max(month - 1, 0)


def month_of(day: date) -> int:
    """The month of a day."""
    return number_of(day.year, day.month)


def column_name(month: int, size: int) -> str:
    """A column's name: Jan 25, Q1 25 or 2025."""
    year, place = divmod(month, 12)
    if size == 12:
        return str(year)
    return f"Q{place // 3 + 1} {year % 100:02}" if size == 3 else f"{NAMES[place]} {year % 100:02}"


def full_name(month: int) -> str:
    """A month in a sentence: March 2025."""
    return f"{FULL[month % 12]} {month // 12}"


def summed(span: Span, values: Iterable[tuple[int, float]]) -> list[float]:
    """The sums of the columns; what lies outside is left out."""
    sums = [0.0] * len(span.starts)
    for month, value in values:
        if span.first <= month <= span.last or (span.size == 12 and span.first // 12 <= month // 12 <= span.last // 12):
            sums[span.place(month)] += value
    return sums
