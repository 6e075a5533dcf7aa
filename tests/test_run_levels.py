"""Whether the weekly run does what it is for, as an alert asks."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from linernotes.config.service_levels import RunObjectives
from linernotes.reports.run_levels import missed, run_levels
from linernotes.storage.ports import Warehouse
from tests.laptop import Laptop

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
EXPECTED = RunObjectives()


def held(*runs: tuple[int, str, int]) -> dict[str, tuple[int | None, str]]:
    """What is measured of runs so many days ago, the newest first, with their status and what they found."""
    rows = [{"startedAt": NOW - timedelta(days=days), "status": status, "found": found} for days, status, found in runs]
    warehouse = cast("Warehouse", SimpleNamespace(rows=lambda *_, **__: iter(rows)))
    return {each.objective: (each.measured, each.result) for each in run_levels(warehouse, EXPECTED, NOW)}


@pytest.mark.parametrize(
    ("runs", "fresh", "partial"),
    [
        ([], (None, "not measured"), (None, "not measured")),
        ([(0, "ok", 0)], (0, "pass"), (0, "pass")),
        ([(9, "ok", 3)], (9, "pass"), (0, "pass")),
        ([(10, "ok", 3)], (10, "breach"), (0, "pass")),
        ([(0, "failed", 0), (7, "failed", 0), (14, "ok", 5)], (14, "breach"), (0, "pass")),
        ([(0, "failed", 2), (14, "ok", 5)], (0, "pass"), (0, "pass")),
        ([(0, "failed", 0), (12, "failed", 0)], (12, "breach"), (0, "pass")),
        ([(0, "partial", 9), (7, "ok", 1)], (0, "pass"), (1, "pass")),
        ([(0, "partial", 9), (7, "partial", 9), (14, "ok", 1)], (0, "pass"), (2, "breach")),
        ([(0, "partial", 9), (0, "partial", 9), (1, "partial", 9)], (0, "pass"), (1, "pass")),
        ([(0, "ok", 9), (7, "partial", 9), (14, "partial", 1)], (0, "pass"), (0, "pass")),
        ([(0, "partial", 0), (7, "partial", 0), (14, "partial", 0)], (14, "breach"), (3, "breach")),
    ],
    ids=str,
)
def test_runs_are_held_against_what_is_expected(runs: list[Any], fresh: Any, partial: Any) -> None:
    assert held(*runs) == {"fresh_days": fresh, "partial_weeks": partial}


def test_a_home_without_a_run_has_nothing_to_measure(laptop: Laptop) -> None:
    said = laptop("check", "runs", "--format", "json")
    assert said.code == 0, said.err
    assert {row["result"] for row in said.rows} == {"not measured"}


def test_a_run_that_is_too_old_ends_with_4_and_the_words_that_alerts_look_for(laptop: Laptop) -> None:
    assert laptop("run").code == 0
    assert laptop("check", "runs").code == 0
    late = {"startedAt": datetime.now(UTC) - timedelta(days=12), "status": "failed", "found": 0}
    warehouse = cast("Warehouse", SimpleNamespace(rows=lambda *_, **__: iter([late])))
    (phrase,) = missed(run_levels(warehouse, EXPECTED, datetime.now(UTC)))
    assert phrase == "fresh_days is 12, target < 10"
