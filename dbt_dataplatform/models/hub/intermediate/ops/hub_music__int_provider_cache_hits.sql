-- How many records were fresh when a run began: every record adds one while it is fresh, and a run reads the sum.
with answers as (
    select
        provider, entity, key, rankedAt as freshFrom,
        {{ after('rankedAt', 'freshSeconds', 'second') }} as freshUntil,
        lead(rankedAt) over (partition by provider, entity, key order by rankedAt nulls last, attemptedAt nulls last) as replacedAt
    from {{ ref('lake_ops__stg_attempts') }}
    inner join {{ ref('lake_ops__stg_provider_policies') }} using (provider, entity)
    where outcome = 'found'
),

changes as (
    select provider, freshFrom as changedAt, 1 as added, cast(null as string) as runId from answers
    union all
    select provider, least(freshUntil, coalesce(replacedAt, freshUntil)) as changedAt, -1 as added, cast(null as string) as runId
    from answers
    union all
    select provider, startedAt as changedAt, 0 as added, runId
    from {{ source('ops', 'runs') }}
    cross join (select distinct provider from {{ ref('lake_ops__stg_provider_policies') }}) as providers
),

counted as (
    select
        provider, runId,
        -- A run comes before the answers of its own instant, which are those it brought.
        sum(added) over (
            partition by provider order by changedAt nulls last, abs(added) nulls last
            rows between unbounded preceding and current row
        ) as freshRecords
    from changes
)

select provider, runId, cast(freshRecords as int64) as cacheHits
from counted
where runId is not null
