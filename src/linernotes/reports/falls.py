"""Days on which a series of figures fell or surged, and the episodes that such days make; plain arithmetic.

A day is compared with the day before it and with the same weekday of the week before. Where there are enough weeks, it
also has to be unusual for its weekday: a band that is quiet every Sunday has not fallen on Sundays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from linernotes.config.alerts import StreamRules

ONE, WEEK = timedelta(days=1), timedelta(days=7)
MAD_TO_DEVIATION = 1.4826  # of a normal distribution
LEAST_DAYS_BEFORE = 4  # of the week before a day that may have surged
RECOVERED_AFTER = 2  # good days
HOLIDAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}  # on which everybody's figures move


@dataclass(frozen=True, slots=True)
class OddDay:
    """A day that fell or surged; the figures that it was compared with are None where they were no reason.

    ``usual`` is the median of the same weekdays, None where there are too few of them; ``mean`` is that of the week
    before a surge.
    """

    day: date
    value: int
    before: int | None = None
    week_before: int | None = None
    usual: float | None = None
    mean: float | None = None

    @property
    def is_surge(self) -> bool:
        """Whether the day is far above the week before it, rather than below."""
        return self.mean is not None

    @property
    def is_critical(self) -> bool:
        """Whether both comparisons agree that it fell, on a day that is no holiday."""
        both = self.before is not None and self.week_before is not None
        return both and (self.day.month, self.day.day) not in HOLIDAYS


@dataclass(frozen=True, slots=True)
class Episode:
    """Odd days that follow each other, with fewer good days between them than a recovery takes."""

    days: tuple[OddDay, ...]
    good_days_since: int

    @property
    def first(self) -> OddDay:
        """The day it began."""
        return self.days[0]

    @property
    def last(self) -> date:
        """Its last odd day so far."""
        return self.days[-1].day

    @property
    def is_over(self) -> bool:
        """Whether there were enough good days since."""
        return self.good_days_since >= RECOVERED_AFTER


def odd_days(
    values: Mapping[date, int], since: date, rules: StreamRules, releases: Iterable[date] = ()
) -> list[OddDay]:
    """The days from ``since`` on that fell or surged, oldest first.

    ``releases`` are days on which the artist released something: what falls from the peak after a release is compared
    with the week before alone. A day that is missing is compared with nothing, and nothing is compared with it.
    """
    calm = [(day, day + timedelta(days=rules.new_release_days)) for day in releases]
    found = list[OddDay]()
    for day in sorted(day for day in values if day >= since):
        is_new = any(first <= day <= last for first, last in calm)
        odd = _fallen(values, day, rules, is_new=is_new) or _surged(values, day, rules)
        if odd:
            found.append(odd)
    return found


def _fallen(values: Mapping[date, int], day: date, rules: StreamRules, *, is_new: bool) -> OddDay | None:
    value = values[day]
    before = None if is_new else _lost(value, values.get(day - ONE), rules)
    week_before = _lost(value, values.get(day - WEEK), rules)
    if before is None and week_before is None:
        return None
    weekdays = _same_weekday(values, day, rules)
    if len(weekdays) < rules.least_weeks:
        return OddDay(day, value, before, week_before)
    usual = median(weekdays)
    deviation = max(median(abs(each - usual) for each in weekdays), usual * _noise(values, day, rules))
    if value >= usual - rules.deviations * MAD_TO_DEVIATION * deviation:
        return None
    return OddDay(day, value, before, week_before, usual)


def _lost(value: int, baseline: int | None, rules: StreamRules) -> int | None:
    """The baseline if more than the share of it that is tolerated is gone, else None."""
    if baseline is None or baseline < rules.floor or value >= (1 - rules.drop_share) * baseline:
        return None
    return baseline


def _surged(values: Mapping[date, int], day: date, rules: StreamRules) -> OddDay | None:
    week = [values[past] for past in (day - n * ONE for n in range(1, 8)) if past in values]
    if values[day] < rules.floor or len(week) < LEAST_DAYS_BEFORE:
        return None
    mean = sum(week) / len(week)
    return OddDay(day, values[day], mean=mean) if values[day] > rules.surge_factor * mean else None


def _same_weekday(values: Mapping[date, int], day: date, rules: StreamRules) -> list[int]:
    """The figures of the same weekday in the weeks before."""
    past = (day - n * WEEK for n in range(1, rules.weeks + 1))
    return [values[each] for each in past if each in values]


def _noise(values: Mapping[date, int], day: date, rules: StreamRules) -> float:
    """The median deviation of all days in those weeks from what is usual on their weekday, as a share of that.

    The few days of one weekday tell too little of it: of eight figures, the median deviation is often far too small.
    """
    shares = list[float]()
    for offset in range(1, 8):
        weekdays = _same_weekday(values, day - offset * ONE + WEEK, rules)
        if weekdays and (usual := median(weekdays)):
            shares += [abs(each - usual) / usual for each in weekdays]
    return median(shares) if shares else 0.0


def episodes(days: Iterable[OddDay], known: Iterable[date]) -> list[Episode]:
    """The odd days in groups; ``known`` are all days that have a figure."""
    figures, groups = sorted(known), list[list[OddDay]]()
    for odd in days:
        last = groups[-1][-1] if groups else None
        if last and last.is_surge == odd.is_surge and _between(figures, last.day, odd.day) < RECOVERED_AFTER:
            groups[-1].append(odd)
        else:
            groups.append([odd])
    return [Episode(tuple(group), sum(day > group[-1].day for day in figures)) for group in groups]


def _between(days: list[date], first: date, last: date) -> int:
    return sum(first < day < last for day in days)
