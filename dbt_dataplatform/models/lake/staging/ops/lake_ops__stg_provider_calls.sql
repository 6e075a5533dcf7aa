-- A run asks a provider in rounds and books each of them.
{%- set counts = {
    'requests': 'calls', 'throttles': 'throttles', 'errors': 'errors', 'breakerTrips': 'breakerTrips',
    'timeouts': 'errorTypes.timeouts', 'lostConnections': 'errorTypes.lostConnections',
    'brokenBodies': 'errorTypes.brokenBodies', 'serverErrors': 'errorTypes.serverErrors',
    'within100ms': 'responseTimes.within100ms', 'within500ms': 'responseTimes.within500ms',
    'within1s': 'responseTimes.within1s', 'within2s': 'responseTimes.within2s',
    'within5s': 'responseTimes.within5s', 'within10s': 'responseTimes.within10s',
    'timedRequests': 'responseTimes.requests',
} %}
select
    provider,
    runId,
    {%- for name, counted in counts.items() %}
    cast(coalesce(sum({{ counted }}), 0) as int64) as {{ name }},
    {%- endfor %}
    coalesce(sum(responseTimes.seconds), 0e0) as responseSeconds,
    max(latencies.p95) / 1000 as p95Seconds,
    {{ newest('breakerState', ['recordedAt']) }} as circuitBreakerState,
    max(recordedAt) as recordedAt
from {{ source('ops', 'provider_calls') }}
group by provider, runId
