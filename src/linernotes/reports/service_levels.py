"""Holds what was measured against what slo.yaml expects: over the last days on demand, and at the end of every run."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import eq, gt, lt
from typing import Any

from linernotes.config.service_levels import Alerts, Objectives, Slo
from linernotes.storage.ports import Warehouse

Row = dict[str, Any]
COMPARED = {">": gt, "<": lt, "=": eq}
# What a run cost stands in the books before dbt has seen it.
LAST_CALLS = (
    "with seen as (select *, row_number() over (partition by provider order by recordedAt desc) as newest "
    "from {lake}.lake_ops__provider_calls where runId = $run or recordedAt >= $since) "
    "select provider, sum(errors) / nullif(sum(calls), 0) as high_error_rate, "
    "max(if(newest = 1 and breakerState = 'open', 1, 0)) as circuit_breaker_open "
    "from seen group by provider order by provider"
)


def judged(rows: Iterable[Row], slo: Slo) -> list[Row]:
    """One row per provider and objective: what is expected, what was measured, and whether that is enough."""
    return [
        {"provider": row["provider"], **verdict} for row in rows for verdict in _verdicts(row, slo.of(row["provider"]))
    ]


def breaches(verdicts: Iterable[Row]) -> list[str]:
    """The objectives that are missed, one phrase each."""
    missed = (row for row in verdicts if row["result"] == "breach")
    return [f"{row['provider']} {row['objective']} {row['measured']}, not {row['target']}" for row in missed]


def alarms(warehouse: Warehouse, alerts: Alerts, run_id: str, now: datetime) -> Iterator[str]:
    """One line per provider and alert whose limit a run has reached."""
    rules = {"high_error_rate": alerts.high_error_rate, "circuit_breaker_open": alerts.circuit_breaker_open}
    for name, rule in rules.items():
        since = now - timedelta(minutes=rule.minutes)
        for row in warehouse.rows(LAST_CALLS, run=run_id, since=since):
            if row[name] is not None and row[name] >= rule.at_least:
                yield f"{rule.severity}: {row['provider']}: {name} {row[name]:.4g}, the limit is {rule.at_least:g}"


def _verdicts(row: Row, expected: Objectives) -> Iterator[Row]:
    yield _verdict("success_rate", row["successRate"], ">", expected.success_rate)
    yield _verdict("cache_hit_rate", row["laterHitRate"], ">", expected.cache_hit_rate)
    yield _verdict("avg_latency_seconds", row["avgLatency"], "<", expected.avg_latency_seconds)
    yield _verdict("circuit_breaker", row["circuitBreakerState"], "=", expected.circuit_breaker)


def _verdict(objective: str, measured: float | str | None, sign: str, target: float | str) -> Row:
    passed = None if measured is None else COMPARED[sign](measured, target)
    result = {True: "pass", False: "breach", None: "not measured"}[passed]
    return {"objective": objective, "target": f"{sign} {target}", "measured": measured, "result": result}
