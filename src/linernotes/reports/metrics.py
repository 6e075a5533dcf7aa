"""Provider metrics: requests, outcomes, latencies, cache hits. dbt computes the numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ProviderTotals(TypedDict):
    """A provider's counts over several runs, with the rates derived from them; in seconds, and as shares from 0 to 1.

    ``laterHitRate`` leaves out first runs, which cannot find fresh data; ``within1s`` counts the requests answered
    within a second, including the faster ones.
    """

    provider: str
    successRate: float | None
    cacheHitRate: float | None
    laterHitRate: float | None
    avgLatency: float | None
    p95: float | None
    circuitBreakerState: str | None
    trips: int
    requests: int
    successes: int
    throttles: int
    errors: int
    timeouts: int
    lostConnections: int
    brokenBodies: int
    serverErrors: int
    timedRequests: int
    responseSeconds: float
    within100ms: int
    within500ms: int
    within1s: int
    within2s: int
    within5s: int
    within10s: int
    itemsFound: int
    itemsNotFound: int
    itemsFailed: int
    cacheHits: int
    cacheMisses: int


class RunDuration(TypedDict):
    """The duration of a run."""

    runId: str
    durationSeconds: float


@dataclass(frozen=True, slots=True)
class ProviderMetrics:
    """The most important of a provider's totals; in seconds, and as rates from 0 to 1."""

    provider: str
    requests: int
    success_rate: float | None
    cache_hit_rate: float | None
    avg_latency: float | None
    p95: float | None
    trips: int
    circuit_breaker_state: str | None


def totals(warehouse: Warehouse, since: datetime = BEGINNING) -> list[ProviderTotals]:
    """The totals of each provider over the runs since ``since``."""
    return rows_of(ProviderTotals, warehouse, "provider_totals", since=since)


def metrics(warehouse: Warehouse, since: datetime) -> list[ProviderMetrics]:
    """The metrics of each provider over the runs since ``since``."""
    return [
        ProviderMetrics(
            provider=row["provider"],
            requests=row["requests"],
            success_rate=row["successRate"],
            cache_hit_rate=row["cacheHitRate"],
            avg_latency=row["avgLatency"],
            p95=row["p95"],
            trips=row["trips"],
            circuit_breaker_state=row["circuitBreakerState"],
        )
        for row in totals(warehouse, since)
    ]


def run_durations(warehouse: Warehouse) -> list[float]:
    """The durations of all finished runs, in seconds."""
    return [row["durationSeconds"] for row in rows_of(RunDuration, warehouse, "run_durations")]
