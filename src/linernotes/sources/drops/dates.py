"""Days and months as exports write them; which of 3/4 is the month is shown by the file or said by a person."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, 1)}
NAME = rf"(?P<name>{'|'.join(NAMES)})[a-z]*\.?"
ISO = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
WORDS = (
    re.compile(rf"{NAME} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<day>\d{{1,2}}) {NAME},? (?P<year>\d{{4}})", re.IGNORECASE),
)
DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")  # no country has the month first here
SLASHED = re.compile(r"(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4})")
MONTH = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})"),
    re.compile(rf"{NAME}[ -](?P<year>\d{{4}})", re.IGNORECASE),
)
EARLIEST = 2000  # no service of today is older
EITHER_WAY = "may be in either order, and no date of the file shows which: use --day-first or --month-first"


def day_comes_first(cells: Iterable[str]) -> bool | None:
    """Whether dates such as 13/4/2026 begin with their day, by the first one that can only be read one way.

    A file that writes its first date as 2026-04-13 is not looked through: it writes all of them so.
    """
    for cell in cells:
        if ISO.fullmatch(cell.strip()):
            return None
        if match := SLASHED.match(cell.strip()):
            one, other = int(match["one"]), int(match["other"])
            if (one > 12) != (other > 12):
                return one > 12
    return None


class Dates:
    """Reads the dates of one file; ``day_first`` is the order of 3/4/2026, None if nothing shows it."""

    def __init__(self, day_first: bool | None) -> None:  # noqa: FBT001
        self._day_first = day_first

    def day(self, text: str) -> date:
        """The day in a text.

        Raises:
            ValueError: it is none, or could be read two ways.
        """
        return _written_day(text) or self._slashed_day(text)

    def _slashed_day(self, text: str) -> date:
        if match := SLASHED.fullmatch(text):
            return self._slashed(match)
        raise ValueError("not a date")

    def month(self, text: str) -> date:
        """The first day of the month in a text, which may also be one of its days.

        Raises:
            ValueError: it is none.
        """
        for form in MONTH:
            if match := form.fullmatch(text):
                return _date({**match.groupdict(), "day": "1"})
        return self.day(text).replace(day=1)

    def _slashed(self, match: "re.Match[str]") -> date:
        one, other = int(match["one"]), int(match["other"])
        if self._day_first is None and one != other:
            raise ValueError(EITHER_WAY)
        day, month = (one, other) if self._day_first else (other, one)
        return _date({"year": match["year"], "month": str(month), "day": str(day)})


def _date(found: dict[str, str]) -> date:
    month = MONTHS[found["name"][:3].casefold()] if found.get("name") else int(found["month"])
    try:
        day = date(int(found["year"]), month, int(found["day"]))
    except ValueError:
        raise ValueError("not a day of the calendar") from None
    if day.year < EARLIEST:
        raise ValueError(f"before the year {EARLIEST}")
    return day


@lru_cache(1 << 14)  # a song has the days of all others
def _written_day(text: str) -> date | None:
    """The day in a text that can be read one way only; None for any other text."""
    for form in (ISO, COMPACT, *WORDS, DOTTED):
        if match := form.fullmatch(text):
            return _date(match.groupdict())
    return None
