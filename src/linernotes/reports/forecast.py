"""The days to come of each series of streams, with how wrong the method was before; or why there is no forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median
from typing import TypedDict

from linernotes.core.text import many
from linernotes.reports.forecasting import MOST_ORIGINS, SHAPE_WEEKS, Forecast, Values, forecast, has_gaps, has_shifted
from linernotes.reports.forecasting import needed_days as needed
from linernotes.reports.rows import Record, rows_of
from linernotes.reports.xlsx import Sheets
from linernotes.storage.ports import Warehouse

OLDEST_DAYS = 14  # of the newest settled day: beyond, the days to come are past
LEAST_STREAMS = 10  # a day, in the median of the days that are needed
NOTHING = "no streams by the day; linernotes import streams FILE brings them, and linernotes run builds their table"


class SettledDay(TypedDict):
    """A day of a series that its service no longer changes."""

    source: str
    seriesId: str
    artistName: str | None
    trackName: str | None
    day: date
    streams: int


@dataclass(frozen=True, slots=True)
class SeriesForecast:
    """A series with its forecast, or with the reason why it has none."""

    newest: SettledDay
    forecast: Forecast | None
    reason: str | None

    @property
    def summary(self) -> Record:
        """The row that people read."""
        made = self.forecast
        return {
            "artist": self.newest["artistName"],
            "track": self.newest["trackName"],
            "after": self.newest["day"],
            "streams": round(sum(day.value for day in made.days)) if made else None,
            **self._how,
        }

    @property
    def days(self) -> list[Record]:
        """A row for each day, and one without a day where there is no forecast."""
        newest = self.newest
        about = {
            "source": newest["source"],
            "seriesId": newest["seriesId"],
            "artistName": newest["artistName"],
            "trackName": newest["trackName"],
        }
        if not self.forecast:
            return [about | dict.fromkeys(("day", "streams", "low", "high")) | self._how]
        return [
            about
            | {"day": day.day, "streams": round(day.value), "low": round(day.low), "high": round(day.high)}
            | self._how
            for day in self.forecast.days
        ]

    @property
    def _how(self) -> dict[str, object]:
        """The method, how it did before, and why there is none."""
        trial = self.forecast.trial if self.forecast else None
        return {
            "method": self.forecast.method if self.forecast else None,
            "errorPct": _percent(trial.error) if trial else None,
            "naiveErrorPct": _percent(trial.naive_error) if trial else None,
            "coveragePct": _percent(trial.coverage) if trial else None,
            "reason": self.reason,
        }


def forecasts(warehouse: Warehouse, today: date, horizon: int, artist: str = "") -> list[SeriesForecast]:
    """A forecast of so many days for each series of streams, of all artists or of one, by its name or id."""
    reach = needed(horizon) + 7 * (SHAPE_WEEKS + MOST_ORIGINS) + OLDEST_DAYS
    rows = rows_of(SettledDay, warehouse, "forecast_days", since=today - timedelta(days=reach), artist=artist)
    series = groupby(rows, lambda row: (row["source"], row["seriesId"]))
    return [_of_series(list(days), today, horizon) for _, days in series]


def forecast_report(found: Sequence[SeriesForecast], now: datetime, horizon: int) -> Sheets:
    """The rows of a file: one per series and day."""
    made = sum(each.forecast is not None for each in found)
    notes = [f"{made} of {len(found):,} series have a forecast of {many(horizon, 'day')}"] if found else [NOTHING]
    rows = [row for each in found for row in each.days]
    return Sheets("forecast", "Forecast", now, rows, [], notes)


def _of_series(days: Sequence[SettledDay], today: date, horizon: int) -> SeriesForecast:
    values: Values = {day["day"]: day["streams"] for day in days}
    until = days[-1]["day"]
    reason = _refused(values, until, today, horizon)
    made = None if reason else forecast(values, horizon)
    if not reason and not made:
        reason = "too few of its days can be compared with what was expected of them"
    return SeriesForecast(days[-1], made, reason)


def _refused(values: Values, until: date, today: date, horizon: int) -> str | None:
    """Why no forecast is made; the first reason that holds."""
    span, age = (until - min(values)).days + 1, (today - until).days
    if age > OLDEST_DAYS:
        return f"its newest settled day is {age} days ago: import a newer export"
    if span < needed(horizon):
        return f"{many(span, 'settled day')} known, and {many(horizon, 'day')} to come take {needed(horizon)}"
    if has_gaps(values, until, horizon):
        return f"too many of its last {needed(horizon)} days are missing"
    if median(values.values()) < LEAST_STREAMS:
        return f"fewer than {LEAST_STREAMS} streams a day"
    if has_shifted(values, until):
        return "its last weeks are unlike those before, as after a release"
    return None


def _percent(share: float) -> float:
    return round(100 * share, 1)
