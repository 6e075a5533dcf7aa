-- The calls of each provider in a run or since an instant; dbt has not read this run yet.
with seen as (
    select
        provider,
        errors,
        calls,
        breakerState,
        row_number() over (partition by provider order by recordedAt desc) as newest
    from {lake}.lake_ops__provider_calls
    where runId = $run or recordedAt >= $since
)

select
    provider,
    sum(errors) / nullif(sum(calls), 0) as high_error_rate,
    max(if(newest = 1 and breakerState = 'open', 1, 0)) as circuit_breaker_open
from seen
group by provider
order by provider
