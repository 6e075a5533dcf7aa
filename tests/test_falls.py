"""What counts as a fall or a surge of daily figures: weekends, holidays, releases, noise and missing days are none."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from linernotes.config.alerts import StreamRules
from linernotes.reports.falls import OddDay, episodes, odd_days

RULES = StreamRules()
MONDAY = date(2026, 9, 7)
DAY = timedelta(days=1)


def series(figure: Callable[[int], float], days: int = 70, **others: int) -> dict[date, int]:
    """Figures of so many days from a Monday on; ``d64=3`` gives the 64th day, counted from 0, another one."""
    values = {MONDAY + n * DAY: round(figure(n)) for n in range(days)}
    return values | {MONDAY + int(name[1:]) * DAY: value for name, value in others.items()}


def weekdays(n: int) -> float:
    """A band that is heard on weekdays and hardly at weekends."""
    return 80 if n % 7 >= 5 else 400


def odd(values: dict[date, int], releases: list[date] | None = None, since: int = 35) -> list[tuple[int, str]]:
    """The odd days, counted as above, with what they are."""
    found = odd_days(values, MONDAY + since * DAY, RULES, releases or [])
    return [((each.day - MONDAY).days, kind_of(each)) for each in found]


def kind_of(each: OddDay) -> str:
    return "surge" if each.is_surge else "critical" if each.is_critical else "warning"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (series(lambda _: 400), []),
        (series(weekdays), []),
        (series(weekdays, d66=180), [(66, "critical")]),
        (series(lambda _: 400, d64=200), []),
        (series(lambda _: 400, d64=199), [(64, "critical")]),
        (series(lambda _: 90, d64=10), []),
        (series(lambda _: 400, d64=0), [(64, "critical")]),
        ({day: value for day, value in series(weekdays).items() if day != MONDAY + 64 * DAY}, []),
        (series(weekdays, d70=150), [(70, "warning")]),
        (series(lambda _: 100, d64=1001, d65=1001, d66=100), [(64, "surge")]),
        (series(lambda n: 400 * 0.97**n), []),
    ],
    ids=[
        "as always",
        "quiet weekends",
        "a Friday without weekday streams",
        "exactly half",
        "less than half",
        "too few to judge",
        "a row with 0",
        "a day without a row",
        "a Monday after a quiet Sunday",
        "ten times as much, and back",
        "a slow decline",
    ],
)
def test_a_day_falls_or_surges_against_its_own_past(values: dict[date, int], expected: list[tuple[int, str]]) -> None:
    assert odd(values) == expected


def test_before_there_are_enough_weeks_the_two_comparisons_alone_decide() -> None:
    assert odd(series(weekdays, days=21), since=8) == [(n, "warning") for n in (12, 19)]


def test_a_day_after_a_gap_is_compared_with_the_week_before() -> None:
    values = series(lambda _: 400, d64=100)
    del values[MONDAY + 63 * DAY]
    assert odd(values) == [(64, "warning")]


def test_a_fall_on_a_holiday_is_no_more_than_a_warning() -> None:
    christmas = (date(2026, 12, 25) - MONDAY).days
    assert odd({**series(lambda _: 400, days=christmas), date(2026, 12, 25): 90}, since=80) == [(christmas, "warning")]


def test_what_falls_from_the_peak_after_a_release_is_compared_with_the_week_before_alone() -> None:
    values = series(lambda n: 200 if n < 60 else 9000 * 0.4 ** (n - 60), days=64)
    assert [kind for _, kind in odd(values)] == ["surge"]
    assert [kind for _, kind in odd(values, [MONDAY + 60 * DAY])] == ["surge"]
    young = {day: value for day, value in values.items() if day >= MONDAY + 60 * DAY}
    assert odd(young) == [(61, "warning"), (62, "warning"), (63, "warning")]
    assert odd(young, [MONDAY + 60 * DAY]) == []


@pytest.mark.parametrize(("noise", "most"), [(0.15, 0), (0.25, 25)], ids=["15 %", "25 %"])
def test_ten_years_of_noise_are_few_falls(noise: float, most: int) -> None:
    dice = random.Random(20_261_130)
    falls = 0
    for _ in range(10):
        values = series(lambda _: max(0.0, dice.gauss(200, 200 * noise)), days=365)
        falls += sum(kind == "critical" for _, kind in odd(values))
    assert falls <= most


def test_days_that_stay_low_are_one_episode_that_ends_after_two_good_days() -> None:
    values = series(lambda n: 400 if n < 50 else 100, days=60)
    found = odd_days(values, MONDAY + 35 * DAY, RULES)
    (episode,) = episodes(found, values)
    assert (episode.first.day, episode.last) == (MONDAY + 50 * DAY, MONDAY + 56 * DAY)
    assert episode.first.is_critical
    assert episode.is_over
    until = [day for day in values if day <= MONDAY + 57 * DAY]
    (open_one,) = episodes(found, until)
    assert not open_one.is_over


def test_two_falls_with_a_recovery_between_them_are_two() -> None:
    values = series(lambda _: 400, d50=90, d53=90)
    assert [(e.first.day - MONDAY).days for e in episodes(odd_days(values, MONDAY, RULES), values)] == [50, 53]
