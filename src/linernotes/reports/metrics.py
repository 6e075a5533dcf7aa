"""How the providers did: requests, outcomes, latencies, cache hits. The numbers are dbt's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ProviderTotals(TypedDict):
    """What was counted in the runs of a provider, and the rates that follow; seconds, and shares from 0 to 1.

    ``laterHitRate`` leaves out the first runs, which find nothing that could still be fresh; ``within1s`` counts the
    requests answered within a second, the faster ones among them.
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
    """How long a run took."""

    runId: str
    durationSeconds: float


@dataclass(frozen=True, slots=True)
class ProviderMetrics:
    """What a person wants to see of a provider's totals; seconds, and rates from 0 to 1."""

    provider: str
    requests: int
    success_rate: float | None
    cache_hit_rate: float | None
    avg_latency: float | None
    p95: float | None
    trips: int
    circuit_breaker_state: str | None


def totals(warehouse: Warehouse, since: datetime = BEGINNING) -> list[ProviderTotals]:
    """Per provider: everything that was counted in the runs since then."""
    return rows_of(ProviderTotals, warehouse, "provider_totals", since=since)


def metrics(warehouse: Warehouse, since: datetime) -> list[ProviderMetrics]:
    """Per provider: the metrics of the runs since then."""
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
    """Seconds that each run took, as far as it came to its end."""
    return [row["durationSeconds"] for row in rows_of(RunDuration, warehouse, "run_durations")]
