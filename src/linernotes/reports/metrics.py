"""How the providers did: what was asked, how it went, how long it took, what needed no call. The numbers are dbt's."""

from datetime import UTC, datetime
from typing import Any

from linernotes.core.counts import ERROR_TYPES, RESPONSE_BUCKETS
from linernotes.storage.ports import Warehouse

Rows = list[dict[str, Any]]
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SUMMED = (
    "requests",
    "successes",
    "throttles",
    "errors",
    *ERROR_TYPES,
    "timedRequests",
    "responseSeconds",
    *RESPONSE_BUCKETS,
    "itemsFound",
    "itemsNotFound",
    "itemsFailed",
    "cacheHits",
    "cacheMisses",
)
TOTALS = (
    "with seen as (select *, row_number() over "  # noqa: S608 - of constants
    "(partition by provider order by circuitBreakerState is null, startedAt desc, runId) as newest "
    "from {hub}.hub_music__svc_provider_metrics where startedAt >= $since) "
    "select provider, "
    "round(sum(successes) / nullif(sum(requests), 0), 4) as successRate, "
    "round(sum(cacheHits) / nullif(sum(cacheHits) + sum(cacheMisses), 0), 4) as cacheHitRate, "
    # A provider's first runs find nothing that could still be fresh.
    "round(sum(cacheHits) / nullif(sum(if(cacheHits > 0, cacheHits + cacheMisses, 0)), 0), 4) as laterHitRate, "
    "round(sum(responseSeconds) / nullif(sum(timedRequests), 0), 4) as avgLatency, "
    "round(max(p95Seconds), 4) as p95, "
    "max(if(newest = 1, circuitBreakerState, null)) as circuitBreakerState, "
    "sum(breakerTrips) as trips, "
    + ", ".join(f"sum({name}) as {name}" for name in SUMMED)
    + " from seen group by provider order by provider"
)
SHOWN = ("provider", "requests", "successRate", "cacheHitRate", "avgLatency", "p95", "trips", "circuitBreakerState")


def totals(warehouse: Warehouse, since: datetime = BEGINNING) -> Rows:
    """Per provider: everything that was counted in the runs since then, and what follows from it."""
    return list(warehouse.rows(TOTALS, since=since))


def metrics(warehouse: Warehouse, since: datetime) -> Rows:
    """What a person wants to see of it; latencies in seconds, rates from 0 to 1."""
    return [{name: row[name] for name in SHOWN} for row in totals(warehouse, since)]


def durations(warehouse: Warehouse) -> list[float]:
    """Seconds that each run took, as far as it came to its end."""
    sql = (
        "select distinct runId, durationSeconds from {hub}.hub_music__svc_provider_metrics "
        "where durationSeconds is not null"
    )
    return [row["durationSeconds"] for row in warehouse.rows(sql)]
