with items as (
    select
        provider, runId,
        count(if(outcome = 'found', 1, null)) as itemsFound,
        count(if(outcome = 'not_found', 1, null)) as itemsNotFound,
        count(if(outcome = 'failed', 1, null)) as itemsFailed
    from {{ ref('lake_ops__stg_attempts') }}
    group by provider, runId
)

select
    fresh.provider, runs.runId, runs.command, runs.startedAt, runs.endedAt,
    if(runs.status = 'failed', null, ({{ microseconds('runs.endedAt') }} - {{ microseconds('runs.startedAt') }}) / 1e6) as durationSeconds,
    coalesce(requests, 0) as requests,
    coalesce(requests - errors - throttles, 0) as successes,
    coalesce(throttles, 0) as throttles,
    coalesce(errors, 0) as errors,
    coalesce(timeouts, 0) as timeouts,
    coalesce(lostConnections, 0) as lostConnections,
    coalesce(brokenBodies, 0) as brokenBodies,
    coalesce(serverErrors, 0) as serverErrors,
    coalesce(timedRequests, 0) as timedRequests,
    coalesce(responseSeconds, 0e0) as responseSeconds,
    {%- for bound in ['within100ms', 'within500ms', 'within1s', 'within2s', 'within5s', 'within10s'] %}
    coalesce({{ bound }}, 0) as {{ bound }},
    {%- endfor %}
    p95Seconds, circuitBreakerState,
    coalesce(breakerTrips, 0) as breakerTrips,
    coalesce(itemsFound, 0) as itemsFound,
    coalesce(itemsNotFound, 0) as itemsNotFound,
    coalesce(itemsFailed, 0) as itemsFailed,
    cacheHits,
    coalesce(itemsFound + itemsNotFound + itemsFailed, 0) as cacheMisses
from {{ ref('hub_music__int_provider_cache_hits') }} as fresh
inner join {{ source('ops', 'runs') }} as runs on runs.runId = fresh.runId
left join {{ ref('lake_ops__stg_provider_calls') }} as calls on calls.provider = fresh.provider and calls.runId = fresh.runId
left join items on items.provider = fresh.provider and items.runId = fresh.runId
-- Whoever was asked; in a walk through all providers also whoever need not be.
where coalesce(calls.provider, items.provider) is not null or (runs.command in ('run', 'demo') and cacheHits > 0)
