"""Instants in the forms in which people's files write them.

A form that may be read in two ways, 03/04/2024, is read only when the order of day and month is known.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

WANTED = "use 2024-11-22T11:55:00Z or seconds since 1970"
UNKNOWN = f"unknown date format: {WANTED}"
ROUNDED = "its time was rounded by a spreadsheet: format the column as a whole number and save it again"
NO_ORDER = "its day and month may be either way round: --day-first or --month-first says which"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SECONDS_DIGITS = 10  # of every second from 2001 to 2286
EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
EXCEL_DAYS = (37_257, 73_051)  # 2002 to 2100, which no count of seconds in a history can be

TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|(?:UTC|GMT)[+-]\d{2}:?\d{2})?(?:\s*\([^)]*\))?"
BETWEEN = r"(?:,?\s+(?:at\s+|-\s+)?|T|,\s*)"
FORMS = tuple(
    re.compile(rf"{day}{BETWEEN}{TIME}{ZONE}", re.IGNORECASE)
    for day in (
        r"(?P<year>\d{4})(?P<apart>[-/.])(?P<month>\d{1,2})(?P=apart)(?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})(?P<apart>[-/.])(?P<then>\d{1,2})(?P=apart)(?P<year>\d{4}|\d{2})",
        r"(?:[a-z]{3,9}\.?,?\s+)?(?P<day>\d{1,2})(?:\s+|-)(?P<name>[a-z]{3,9})\.?,?(?:\s+|-)(?P<year>\d{4})",
        r"(?:[a-z]{3,9}\.?,?\s+)?(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})",
    )
)
COUNT = re.compile(r"(-?\d+)(?:[.,](\d*))?")
SCIENTIFIC = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
SLASHED = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})\b")
# Digits of a count since 1970, with its parts of a second: a second of the year 2001 has ten digits, one of 1973 nine.
SCALES = ((11, 1), (14, 10**3), (17, 10**6), (20, 10**9))


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as it is written: ``at`` is UTC, ``as_written`` what it reads without any zone.

    ``is_local`` is true where the text names no zone, ``to_minute`` where it has no seconds. ``also`` is the second
    instant of a time that came twice, when clocks went back.
    """

    at: datetime
    as_written: datetime
    is_local: bool = False
    to_minute: bool = False
    also: datetime | None = None

    @property
    def second(self) -> int:
        """Seconds since 1970 of what is written; the same in whatever zone it is read."""
        return int(self.as_written.timestamp())


def moment_of(text: str, zone: tzinfo | None = None, day_first: bool | None = None) -> Moment:  # noqa: FBT001 - None is a third answer
    """The instant in a text; without a zone of its own it is in ``zone``, else UTC.

    Raises:
        ValueError: it is written in no known form, or may be read in two ways.
    """
    text = text.strip()
    if text.isdecimal() and len(text) == SECONDS_DIGITS:
        second = datetime.fromtimestamp(int(text), UTC)
        return Moment(second, second)
    if counted := _counted(text):
        return _moment(counted, zone) if _is_serial(text) else Moment(counted, counted)
    try:
        parsed = datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        parsed = None
    if parsed is None:
        return _written(text, zone, day_first)
    to_minute = text.count(":") == 1 and "+" not in text
    if parsed.tzinfo:
        at = parsed.astimezone(UTC)
        return Moment(at, at, to_minute=to_minute)
    return _moment(parsed.replace(tzinfo=UTC), zone, to_minute=to_minute)


def day_order(texts: Iterable[str]) -> tuple[bool, set[bool]]:
    """Whether texts hold days like 03/04/2024, and the orders that they prove: true is day first."""
    found = [match for match in map(SLASHED.match, texts) if match]
    proven = {
        int(day) > 12 for day, month in (match.groups() for match in found) if (int(day) > 12) != (int(month) > 12)
    }
    return bool(found), proven


def _moment(written: datetime, zone: tzinfo | None, *, is_local: bool = True, to_minute: bool = False) -> Moment:
    at = written.replace(tzinfo=zone).astimezone(UTC) if zone else written
    return Moment(at, written, is_local=is_local, to_minute=to_minute)


def _counted(text: str) -> datetime | None:
    """The instant of seconds, milliseconds, microseconds or nanoseconds since 1970, or of a spreadsheet's days."""
    if SCIENTIFIC.fullmatch(text):
        raise ValueError(ROUNDED)
    found = COUNT.fullmatch(text)
    if not found:
        return None
    if _is_serial(text):
        days = float(text.replace(",", "."))
        return (EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))).replace(microsecond=0)
    digits = found[1]
    scale = next((parts for length, parts in SCALES if len(digits) <= length), None)
    try:
        return datetime.fromtimestamp(int(digits) // scale, UTC) if scale else None
    except (OverflowError, OSError, ValueError):
        raise ValueError("invalid date or time") from None


def _is_serial(text: str) -> bool:
    found = COUNT.fullmatch(text)
    return bool(found and found[2] and EXCEL_DAYS[0] <= int(found[1]) < EXCEL_DAYS[1])


def _written(text: str, zone: tzinfo | None, day_first: bool | None) -> Moment:  # noqa: FBT001
    for form in FORMS:
        if found := form.fullmatch(text):
            part = found.groupdict()
            try:
                written = datetime(*_day(part, day_first), *_time(part), tzinfo=UTC)
            except ValueError as error:
                raise ValueError(NO_ORDER if str(error) == NO_ORDER else UNKNOWN) from None
            return _zoned(written, part, zone)
    raise ValueError(UNKNOWN)


def _zoned(written: datetime, part: dict[str, str | None], zone: tzinfo | None) -> Moment:
    to_minute = part["second"] is None
    if not part["zone"]:
        return _moment(written, zone, to_minute=to_minute)
    sign = re.search(r"([+-])(\d{2}):?(\d{2})", part["zone"])
    offset = timedelta(hours=int(sign[2]), minutes=int(sign[3])) if sign else timedelta(0)
    at = written + offset if sign and sign[1] == "-" else written - offset
    return Moment(at, at, to_minute=to_minute)


def _day(part: dict[str, str | None], day_first: bool | None) -> tuple[int, int, int]:  # noqa: FBT001
    year = int(part["year"] or 0)
    year += 2000 if year < 100 else 0
    if name := part.get("name"):
        return year, 1 + MONTHS.index(name[:3].casefold()), int(part["day"] or 0)
    if part.get("month"):
        return year, int(part["month"] or 0), int(part["day"] or 0)
    first, then = int(part["first"] or 0), int(part["then"] or 0)
    order = True if part["apart"] == "." else day_first
    if order is None:
        raise ValueError(NO_ORDER)
    return (year, then, first) if order else (year, first, then)


def _time(part: dict[str, str | None]) -> tuple[int, int, int]:
    hour = int(part["hour"] or 0)
    if half := part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(UNKNOWN)
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return hour, int(part["minute"] or 0), int(part["second"] or 0)
