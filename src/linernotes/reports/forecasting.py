"""Forecasts of a daily series by three simple methods, tried on its own past before one of them is believed.

The seasonal naive forecast repeats the last week. The level forecast gives the mean of the last week the shape of the
last eight. The trend forecast moves that level on by the change from week to week, less every week. Which one is used
is decided on older parts of the past; the errors that are reported are those of newer parts, which decided nothing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median, quantiles
from typing import TypeAlias

Values: TypeAlias = Mapping[date, int]
Method: TypeAlias = Callable[[Values, date, int], list[float]]

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SHAPE_WEEKS = 8
LEAST_WEEKS = 4  # that a method is given
LEAST_ORIGINS, MOST_ORIGINS = 4, 12
DAMPING = 0.8  # of a trend, from week to week
STEEPEST = math.log(1.5)  # change of a week that a trend may have
SHIFT = math.log(2)  # change of a week beyond which the past says little
KNOWN_SHARE = 0.8  # of the days that are needed


@dataclass(frozen=True, slots=True)
class Trial:
    """How a method did on parts of the past that had no say in choosing it; errors are shares of the true figure.

    ``naive_error`` is that of the seasonal naive forecast on the same days, ``coverage`` the share of days within
    the interval.
    """

    error: float
    naive_error: float
    coverage: float
    origins: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A day to come: what is expected, and the interval that should hold it in eight cases of ten."""

    day: date
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days to come of a series, by which method, and how it did before."""

    method: str
    trial: Trial
    days: list[Expected]


def needed_days(horizon: int) -> int:
    """How many days of history a forecast of so many days takes."""
    return LEAST_WEEKS * 7 + horizon + (LEAST_ORIGINS - 1) * 7


def has_gaps(values: Values, until: date, horizon: int) -> bool:
    """Whether too many of the days that are needed are missing."""
    needed = needed_days(horizon)
    known = sum(until - n * DAY in values for n in range(needed))
    return known < KNOWN_SHARE * needed


def has_shifted(values: Values, until: date) -> bool:
    """Whether a week of the last four has more than twice the streams of the one before, or less than half.

    What comes after such a week, as after a release, does not follow from what came before it.
    """
    shape = _shape(values, until)
    levels = [_week_level(values, until - n * WEEK, shape) for n in range(LEAST_WEEKS + 1)]
    return any(abs(math.log((a + 1) / (b + 1))) > SHIFT for a, b in pairwise(levels))


def forecast(values: Values, horizon: int) -> Forecast | None:
    """The forecast of the days after the newest one; None where the past has nothing to try a method on."""
    until = max(values)
    origins = _origins(values, until, horizon)
    half = len(origins) // 2
    newer, older = origins[:half], origins[half:]
    tried = {name: _errors(method, values, older, horizon) for name, method in METHODS.items()}
    if not newer or not all(tried.values()):
        return None
    name = min(tried, key=lambda each: _mean_error(tried[each]))  # the simpler one where they are alike
    checked, naive = (_errors(METHODS[each], values, newer, horizon) for each in (name, NAIVE))
    if not checked or not naive:
        return None
    bounds = _bounds(tried[name], horizon)
    coverage = fmean(_within(error, bounds) for error in checked)
    trial = Trial(_mean_error(checked), _mean_error(naive), coverage, len(newer))
    return Forecast(name, trial, _expected(values, until, horizon, name, _bounds(tried[name] + checked, horizon)))


@dataclass(frozen=True, slots=True)
class _Error:
    """A forecast day of the past: how far ahead it was, what was expected and what came."""

    ahead: int
    expected: float
    came: int

    @property
    def ratio(self) -> float:
        """The logarithm of what came to what was expected; one is added, for there are days with nothing."""
        return math.log((self.came + 1) / (self.expected + 1))


def _origins(values: Values, until: date, horizon: int) -> list[date]:
    """The ends of the parts of the past that methods are given, a week apart, the newest first."""
    first = min(values) + (LEAST_WEEKS * 7 - 1) * DAY
    ends = (until - horizon * DAY - n * WEEK for n in range(MOST_ORIGINS))
    return [end for end in ends if end >= first]


def _errors(method: Method, values: Values, origins: Sequence[date], horizon: int) -> list[_Error]:
    found = list[_Error]()
    for origin in origins:
        past = {day: value for day, value in values.items() if day <= origin}
        for ahead, expected in enumerate(method(past, origin, horizon), 1):
            if (came := values.get(origin + ahead * DAY)) is not None:
                found.append(_Error(ahead, expected, came))
    return found


def _mean_error(errors: Sequence[_Error]) -> float:
    """The mean absolute error as a share of what came; days without any have no share and are left out."""
    shares = [abs(error.expected - error.came) / error.came for error in errors if error.came]
    return fmean(shares) if shares else 0.0


def _bounds(errors: Sequence[_Error], horizon: int) -> list[tuple[float, float]]:
    """The ratios below and above which a tenth of the days came, week by week ahead; it never narrows."""
    bounds = list[tuple[float, float]]()
    for week in range(math.ceil(horizon / 7)):
        ratios = [error.ratio for error in errors if (error.ahead - 1) // 7 == week]
        tenths = quantiles(ratios, n=10, method="inclusive") if len(ratios) > 1 else ratios or bounds[-1]
        low, high = tenths[0], tenths[-1]
        if bounds:
            low, high = min(low, bounds[-1][0]), max(high, bounds[-1][1])
        bounds.append((low, high))
    return bounds


def _within(error: _Error, bounds: Sequence[tuple[float, float]]) -> bool:
    low, high = bounds[(error.ahead - 1) // 7]
    return low <= error.ratio <= high


def _expected(
    values: Values, until: date, horizon: int, name: str, bounds: Sequence[tuple[float, float]]
) -> list[Expected]:
    days = list[Expected]()
    for ahead, value in enumerate(METHODS[name](values, until, horizon), 1):
        low, high = (max(0.0, (value + 1) * math.exp(ratio) - 1) for ratio in bounds[(ahead - 1) // 7])
        days.append(Expected(until + ahead * DAY, value, min(low, value), max(high, value)))
    return days


def _seasonal_naive(values: Values, until: date, horizon: int) -> list[float]:
    """The newest figure of the same weekday."""
    last = dict[int, int]()
    for n in range(SHAPE_WEEKS * 7 - 1, -1, -1):
        if (value := values.get(until - n * DAY)) is not None:
            last[(until - n * DAY).weekday()] = value
    usual = fmean(last.values()) if last else 0.0
    return [float(last.get((until + ahead * DAY).weekday(), usual)) for ahead in range(1, horizon + 1)]


def _level(values: Values, until: date, horizon: int) -> list[float]:
    """The mean of the last week, in the shape of the last eight."""
    shape = _shape(values, until)
    level = _week_level(values, until, shape)
    return [level * shape[(until + ahead * DAY).weekday()] for ahead in range(1, horizon + 1)]


def _trend(values: Values, until: date, horizon: int) -> list[float]:
    """The same, moved on by the median change from week to week."""
    shape = _shape(values, until)
    levels = [_week_level(values, until - n * WEEK, shape) for n in range(LEAST_WEEKS)]
    changes = [math.log((newer + 1) / (older + 1)) for newer, older in pairwise(levels)]
    change = max(-STEEPEST, min(STEEPEST, median(changes)))
    found = list[float]()
    for ahead in range(1, horizon + 1):
        moved = change * sum(DAMPING**week for week in range(1, (ahead - 1) // 7 + 2))
        level = max(0.0, (levels[0] + 1) * math.exp(moved) - 1)
        found.append(level * shape[(until + ahead * DAY).weekday()])
    return found


def _shape(values: Values, until: date) -> list[float]:
    """The share of each weekday in a mean day, from Monday on: the median of weeks, so that one odd day is nothing."""
    shares: list[list[float]] = [[] for _ in range(7)]
    for week in range(SHAPE_WEEKS):
        days = [until - (week * 7 + n) * DAY for n in range(7)]
        known = {day: values[day] for day in days if day in values}
        if len(known) == 7 and (mean := fmean(known.values())):
            for day, value in known.items():
                shares[day.weekday()].append(value / mean)
    usual = [median(each) if each else 1.0 for each in shares]
    return [each / fmean(usual) for each in usual] if any(usual) else [1.0] * 7


def _week_level(values: Values, until: date, shape: Sequence[float]) -> float:
    """The mean day of the week that ends then, also where some of its days are missing."""
    days = [until - n * DAY for n in range(7) if until - n * DAY in values]
    weight = sum(shape[day.weekday()] for day in days)
    return sum(values[day] for day in days) / weight if weight else 0.0


NAIVE = "seasonal naive"
METHODS: dict[str, Method] = {NAIVE: _seasonal_naive, "level": _level, "trend": _trend}
