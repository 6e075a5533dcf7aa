"""Periods of days in a person's time zone, as instants, and instants as days of that zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from linernotes.core.errors import ConfigurationError
from linernotes.core.zones import zone_named

VARIABLE = "LINERNOTES_TIME_ZONE"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone; without ``info`` the one that this machine is set to."""

    name: str
    info: tzinfo | None = None

    def beginning(self, day: date) -> datetime:
        """The instant at which a day begins here."""
        midnight = datetime.combine(day, time())
        return (midnight.replace(tzinfo=self.info) if self.info else midnight.astimezone()).astimezone(UTC)

    def day(self, moment: datetime) -> date:
        """The day of an instant here."""
        return moment.astimezone(self.info).date()


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included, in a zone; without them the whole history."""

    zone: Zone
    first: date | None = None
    last: date | None = None

    @property
    def since(self) -> datetime:
        """The instant at which it begins."""
        return self.zone.beginning(self.first or FIRST_DAY)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return self.zone.beginning((self.last or LAST_DAY) + timedelta(days=1))

    def __str__(self) -> str:
        """The period in words: ``2025``, ``2025-03-01 to 2025-03-31``, ``since 2024-01-01`` or ``all time``."""
        first, last = self.first, self.last
        if first and last:
            is_year = (first.month, first.day, last.month, last.day, last.year) == (1, 1, 12, 31, first.year)
            return str(first.year) if is_year else f"{first} to {last}"
        return f"since {first}" if first else f"until {last}" if last else "all time"


def zone_of(name: str) -> Zone:
    """The time zone of that name, such as ``Europe/Berlin``; an empty name is the machine's own.

    Raises:
        ConfigurationError: there is no such zone.
    """
    return Zone(name, zone_named(name)) if name else Zone("local time")


def period_of(zone: Zone, year: int | None = None, first: date | None = None, last: date | None = None) -> Period:
    """The days of a year, or from the first day to the last.

    Raises:
        ConfigurationError: both are given, or the last day comes before the first.
    """
    if year is not None and (first or last):
        raise ConfigurationError("--year cannot be combined with --from or --to", "use one of them")
    if first and last and last < first:
        raise ConfigurationError(f"--to {last} is before --from {first}", "swap the two days")
    if year is not None:
        return Period(zone, date(year, 1, 1), date(year, 12, 31))
    return Period(zone, first, last)
