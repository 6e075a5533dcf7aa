"""Compare the latest runs with slo.yaml: whether one has ended well, and whether they end early week after week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TypedDict

from linernotes.config.service_levels import RunObjectives
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

ALMOST_A_WEEK = timedelta(days=6, hours=12)  # a weekly run may begin some hours earlier or later than the last


class LatestRun(TypedDict):
    """When a run began, how it ended, and how much it found."""

    startedAt: datetime
    status: str
    found: int


@dataclass(frozen=True, slots=True)
class RunLevel:
    """One objective with its measurement; ``result`` is pass, breach or not measured."""

    objective: str
    target: str
    measured: int | None
    result: str


def run_levels(warehouse: Warehouse, expected: RunObjectives, now: datetime) -> list[RunLevel]:
    """``fresh_days`` since a run was complete or found something, and ``partial_weeks`` in which none was complete."""
    runs = rows_of(LatestRun, warehouse, "latest_runs")
    return [
        _level("fresh_days", _days_since_fresh(runs, now), expected.fresh_days),
        _level("partial_weeks", _partial_weeks(runs) if runs else None, expected.partial_weeks),
    ]


def missed(levels: Sequence[RunLevel]) -> list[str]:
    """The objectives that are missed, one phrase each; the alerts of a cloud look for these words."""
    return [f"{each.objective} is {each.measured}, target {each.target}" for each in levels if each.result == "breach"]


def _days_since_fresh(runs: Sequence[LatestRun], now: datetime) -> int | None:
    """Days since the last run that counts; since the first one of all where none does."""
    fresh = [run for run in runs if run["status"] == "ok" or run["found"]]
    since = fresh[:1] or runs[-1:]
    return (now - since[0]["startedAt"]).days if since else None


def _partial_weeks(runs: Sequence[LatestRun]) -> int:
    partial = list(takewhile(lambda run: run["status"] == "partial", runs))
    return 1 + (partial[0]["startedAt"] - partial[-1]["startedAt"]) // ALMOST_A_WEEK if partial else 0


def _level(objective: str, measured: int | None, limit: int) -> RunLevel:
    result = "not measured" if measured is None else "pass" if measured < limit else "breach"
    return RunLevel(objective, f"< {limit}", measured, result)
