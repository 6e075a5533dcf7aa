"""Compare measurements with slo.yaml: over the last days on demand, and at the end of every run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq, gt, lt
from typing import Literal, TypeAlias, TypedDict

from linernotes.config.service_levels import Alert, Alerts, Objectives, Slo
from linernotes.core.text import said_once
from linernotes.reports.metrics import ProviderTotals
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

Alarm: TypeAlias = Literal["high_error_rate", "circuit_breaker_open"]
COMPARED = {">": gt, "<": lt, "=": eq}


class RecentCalls(TypedDict):
    """A provider's latest calls: the share of errors, and 1 if the circuit breaker is open."""

    provider: str
    high_error_rate: float | None
    circuit_breaker_open: int


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One objective of one provider with its measurement; ``result`` is pass, breach or not measured."""

    provider: str
    objective: str
    target: str
    measured: float | str | None
    result: str


def service_levels(rows: Iterable[ProviderTotals], slo: Slo) -> list[ServiceLevel]:
    """One row per provider and objective, with target, measurement and result."""
    return [level for row in rows for level in _levels(row, slo.of(row["provider"]))]


def breaches(levels: Iterable[ServiceLevel]) -> list[str]:
    """The objectives that are missed, one phrase each."""
    missed = (level for level in levels if level.result == "breach")
    return [f"{level.provider} {level.objective} is {level.measured}, target {level.target}" for level in missed]


def alarms(warehouse: Warehouse, alerts: Alerts, run_id: str, now: datetime) -> Iterator[str]:
    """One line per alert whose limit the run has reached, with the providers that have the same measurement."""
    rules: dict[Alarm, Alert] = {
        "high_error_rate": alerts.high_error_rate,
        "circuit_breaker_open": alerts.circuit_breaker_open,
    }
    for name, rule in rules.items():
        since = now - timedelta(minutes=rule.minutes)
        rows = rows_of(RecentCalls, warehouse, "recent_calls", run=run_id, since=since)
        reached = [(row["provider"], value) for row in rows if (value := row[name]) is not None]
        over = [
            (who, f"{name} {value:.4g}, the limit is {rule.at_least:g}")
            for who, value in reached
            if value >= rule.at_least
        ]
        yield from (f"{rule.severity}: {line}" for line in said_once(over))


def _levels(row: ProviderTotals, expected: Objectives) -> Iterator[ServiceLevel]:
    name = row["provider"]
    yield _level(name, "success_rate", row["successRate"], ">", expected.success_rate)
    yield _level(name, "cache_hit_rate", row["laterHitRate"], ">", expected.cache_hit_rate)
    yield _level(name, "avg_latency_seconds", row["avgLatency"], "<", expected.avg_latency_seconds)
    yield _level(name, "circuit_breaker", row["circuitBreakerState"], "=", expected.circuit_breaker)


def _level(provider: str, objective: str, measured: float | str | None, sign: str, target: float | str) -> ServiceLevel:
    passed = None if measured is None else COMPARED[sign](measured, target)
    result = {True: "pass", False: "breach", None: "not measured"}[passed]
    return ServiceLevel(provider, objective, f"{sign} {target}", measured, result)
