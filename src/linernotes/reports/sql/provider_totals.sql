-- The totals of all runs since an instant, and the rates derived from them.
with seen as (
    select
        *,
        row_number() over (
            partition by provider order by circuitBreakerState is null, startedAt desc, runId
        ) as newest
    from {hub}.hub_music__svc_provider_metrics
    where startedAt >= $since
)

select
    provider,
    round(sum(successes) / nullif(sum(requests), 0), 4) as successRate,
    round(sum(cacheHits) / nullif(sum(cacheHits) + sum(cacheMisses), 0), 4) as cacheHitRate,
    -- A provider's first runs cannot find fresh data.
    round(sum(cacheHits) / nullif(sum(if(cacheHits > 0, cacheHits + cacheMisses, 0)), 0), 4) as laterHitRate,
    round(sum(responseSeconds) / nullif(sum(timedRequests), 0), 4) as avgLatency,
    round(max(p95Seconds), 4) as p95,
    max(if(newest = 1, circuitBreakerState, null)) as circuitBreakerState,
    sum(breakerTrips) as trips,
    sum(requests) as requests,
    sum(successes) as successes,
    sum(throttles) as throttles,
    sum(errors) as errors,
    sum(timeouts) as timeouts,
    sum(lostConnections) as lostConnections,
    sum(brokenBodies) as brokenBodies,
    sum(serverErrors) as serverErrors,
    sum(timedRequests) as timedRequests,
    sum(responseSeconds) as responseSeconds,
    sum(within100ms) as within100ms,
    sum(within500ms) as within500ms,
    sum(within1s) as within1s,
    sum(within2s) as within2s,
    sum(within5s) as within5s,
    sum(within10s) as within10s,
    sum(itemsFound) as itemsFound,
    sum(itemsNotFound) as itemsNotFound,
    sum(itemsFailed) as itemsFailed,
    sum(cacheHits) as cacheHits,
    sum(cacheMisses) as cacheMisses
from seen
group by provider
order by provider
