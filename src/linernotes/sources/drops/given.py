"""What an export does not say of itself, and who says it instead: an option, the file's name, or an earlier import."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linernotes.config.drops import Drop
from linernotes.core.errors import ConfigurationError

COPY = re.compile(r"(?: ?\(\d+\)| - Copy| copy(?: \d+)?)$", re.IGNORECASE)  # what browsers and people add
SUFFIX = re.compile(r"\.(?:csv|tsv|txt|xlsx|gz)$", re.IGNORECASE)
SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
LENGTH = re.compile(r"(\d{1,4}) ?(h|hours?|d|days?|y|years?)", re.IGNORECASE)
DAYS = {"h": 1 / 24, "d": 1, "y": 365}
ALL = "all"
OPTIONS = {"artist": "--artist NAME", "song": "--song TITLE", "period": "--period 28d, or --period FROM..TO"}


@dataclass(frozen=True, slots=True)
class Given:
    """What options say of all files of an import; None for what none says."""

    artist: str | None = None
    song: str | None = None
    period: str | None = None
    as_of: datetime | None = None
    account: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    decimal: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a file without days is about: the last one, and how many; None for all until then."""

    last: date
    days: int | None

    @property
    def first(self) -> date | None:
        """The first of them."""
        return None if self.days is None else self.last - timedelta(days=self.days - 1)


def said_by_name(drop: Drop, file: str) -> dict[str, str]:
    """What a file's name says: its artist, song or period."""
    parts = file.split("/")
    name = next((part for part in reversed(parts) if SUFFIX.search(part)), parts[-1])  # not that of a workbook's sheet
    while (shorter := COPY.sub("", SUFFIX.sub("", name))) != name:
        name = shorter
    for pattern in drop.file_name:
        if match := re.fullmatch(pattern, name, re.IGNORECASE):
            return {key: value for key, value in match.groupdict().items() if value}
    return {}


def period_of(text: str, as_of: datetime) -> Period:
    """The days of a period such as 28d, 1year or 2026-11-01..2026-11-28; one without dates ends on the day of as-of.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        if match := SPAN.fullmatch(text):
            first, last = map(date.fromisoformat, match.groups())
            if first <= last:
                return Period(last, (last - first).days + 1)
        if match := LENGTH.fullmatch(text):
            return Period(as_of.date(), max(1, round(int(match[1]) * DAYS[match[2][0].casefold()])))
    except ValueError:
        pass
    if text.casefold() == ALL:
        return Period(as_of.date(), None)
    raise ConfigurationError(f"{text!r} is not a period", "use for example 28d, 1y, all or 2026-11-01..2026-11-28")


def missing(file: str, title: str, what: str) -> ConfigurationError:
    """The error for a file that does not say something that no option says either."""
    option = OPTIONS.get(what, what)
    name = what if what in OPTIONS else re.sub(r"^--([a-z-]+).*", r"\1", what).replace("-", " ")
    return ConfigurationError(f"import {file}: {title} does not say its {name}", f"add {option}")
