"""A forecast is as good as it says it is, says why there is none, and stands in a file for others to read."""

import csv
import math
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean

import pytest

from linernotes.reports.forecasting import Forecast, forecast, has_gaps, has_shifted, needed_days
from tests.laptop import Laptop
from tests.sources.test_drops import AUDIENCE, table

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)
SHAPE = (1.0, 1.0, 1.0, 1.0, 1.2, 1.4, 0.7)  # from Monday on
HORIZON = 28
TODAY = datetime.now(UTC).date()


def generated(level: Callable[[int], float], days: int, seed: int, noise: float = 0.12) -> dict[date, int]:
    """A band that is heard most on Saturdays, with multiplicative noise."""
    dice = random.Random(seed)
    return {
        FIRST + n * DAY: round(level(n) * SHAPE[(FIRST + n * DAY).weekday()] * math.exp(dice.gauss(0, noise)))
        for n in range(days)
    }


def forecast_of(values: dict[date, int], days: int) -> tuple[Forecast, float, float]:
    """The forecast from the first so many days, its true error on those that follow, and the share in its intervals."""
    made = forecast({day: value for day, value in values.items() if day < FIRST + days * DAY}, HORIZON)
    assert made
    error = fmean(abs(each.value - values[each.day]) / values[each.day] for each in made.days)
    return made, error, fmean(each.low <= values[each.day] <= each.high for each in made.days)


@pytest.mark.parametrize(
    ("level", "method", "better"),
    [
        (lambda _: 500.0, "level", 0.9),
        (lambda n: 200 * 1.01**n, "trend", 0.8),
        (lambda n: 3000 * 0.985**n, "trend", 0.7),
    ],
    ids=["steady", "growing", "declining"],
)
def test_the_error_and_the_intervals_it_states_are_those_that_come_true(
    level: Callable[[int], float], method: str, better: float
) -> None:
    found = [forecast_of(generated(level, 140 + HORIZON, seed), 140) for seed in range(30)]
    stated, naive = (fmean(getattr(made.trial, name) for made, _, _ in found) for name in ("error", "naive_error"))
    assert sum(made.method == method for made, _, _ in found) >= 24
    assert stated < better * naive
    assert fmean(error for _, error, _ in found) == pytest.approx(stated, rel=0.25)
    assert fmean(made.trial.coverage for made, _, _ in found) == pytest.approx(0.8, abs=0.07)
    assert fmean(within for _, _, within in found) == pytest.approx(0.8, abs=0.1)


def test_where_nothing_beats_the_last_week_the_last_week_is_repeated() -> None:
    values = {FIRST + n * DAY: 100 + 10 * ((FIRST + n * DAY).weekday() % 3) for n in range(140)}
    made = forecast(values, HORIZON)
    assert made
    assert (made.method, made.trial.error, made.trial.naive_error) == ("seasonal naive", 0, 0)
    assert [round(day.value) for day in made.days[:7]] == [100 + 10 * (n % 3) for n in range(7)]
    assert made.days[0].day == FIRST + 140 * DAY


def test_what_decides_on_the_method_is_not_what_its_error_is_measured_by() -> None:
    values = generated(lambda n: 500.0, 140, 1)
    before = forecast(values, HORIZON)
    newest = {day: value * 3 if day > FIRST + 100 * DAY else value for day, value in values.items()}
    after = forecast(newest, HORIZON)
    assert before
    assert after
    assert after.method == before.method
    assert after.trial.error > 2 * before.trial.error


def test_missing_days_are_not_taken_for_days_without_streams() -> None:
    whole = generated(lambda _: 500.0, 140, 3)
    holes = {day: value for day, value in whole.items() if day.day % 9}
    one, other = forecast(whole, HORIZON), forecast(holes, HORIZON)
    assert one
    assert other
    totals = [sum(day.value for day in made.days) for made in (one, other)]
    assert totals[0] == pytest.approx(totals[1], rel=0.1)
    until = max(whole)
    assert not has_gaps(holes, until, HORIZON)
    assert has_gaps({day: value for day, value in whole.items() if day.day % 2}, until, HORIZON)


@pytest.mark.parametrize(
    ("level", "expected"),
    [(lambda _: 500.0, False), (lambda n: 500.0 if n < 130 else 4000.0, True), (lambda n: 200 * 1.02**n, False)],
    ids=["steady", "after a release", "growing"],
)
def test_weeks_unlike_those_before_are_seen(level: Callable[[int], float], *, expected: bool) -> None:
    values = generated(level, 140, 5)
    assert has_shifted(values, max(values)) == expected


def audience(days: int, newest: int, figure: int = 400) -> str:
    """An artist's days, until so many days ago."""
    told = range(newest + days - 1, newest - 1, -1)
    return table(AUDIENCE, *(f"{TODAY - timedelta(days=ago)},90,,,,{figure + ago % 7},,,900" for ago in told))


@pytest.fixture(scope="module")
def built(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home with artists of whom some have a past."""
    laptop = Laptop(tmp_path_factory.mktemp("forecast") / "home").take_over(built_home)
    folder = laptop.home.parent / "exports"
    folder.mkdir()
    files = {
        "Mara Ellis": audience(120, 3),
        "Short Story": audience(40, 3),
        "Old News": audience(120, 20),
        "The Attic": audience(120, 3, figure=1),
    }
    for name, text in files.items():
        (folder / f"{name}-audience-timeline.csv").write_text(text, encoding="utf-8")
    assert laptop("import", "streams", folder).code == 0
    assert laptop("run", "--limit", "0").code == 0
    return laptop


def test_a_file_has_a_row_for_each_day_and_the_reason_where_there_is_none(built: Laptop) -> None:
    path = built.home.parent / "forecast.csv"
    said = built("forecast", "--out", path)
    assert said.code == 0, said.err
    assert "1 of 4 series have a forecast of 28 days" in said.err
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    reasons = {row["artistName"]: row["reason"] for row in rows if not row["day"]}
    assert reasons == {
        "Old News": "its newest settled day is 20 days ago: import a newer export",
        "Short Story": f"40 settled days known, and 28 days to come take {needed_days(28)}",
        "The Attic": "fewer than 10 streams a day",
    }
    days = [row for row in rows if row["artistName"] == "Mara Ellis"]
    assert [row["day"] for row in days] == [f"{TODAY + timedelta(days=n - 2)}" for n in range(28)]
    assert all(int(row["low"]) <= int(row["streams"]) <= int(row["high"]) for row in days)
    assert all(400 <= int(row["streams"]) <= 406 for row in days)


def test_the_screen_has_a_row_for_each_series_and_one_artist_can_be_named(built: Laptop) -> None:
    assert "Short Story" in built("forecast").out
    alone = built("forecast", "--artist", "mara ellis", "--days", "7", "--format", "json").rows
    assert {row["artistName"] for row in alone} == {"Mara Ellis"}
    assert len(alone) == 7


def test_without_any_streams_it_says_where_they_come_from(laptop: Laptop) -> None:
    said = laptop("forecast")
    assert said.code == 0
    assert "linernotes import streams FILE brings them" in said.err
