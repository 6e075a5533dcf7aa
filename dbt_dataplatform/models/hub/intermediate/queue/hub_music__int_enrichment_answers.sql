{%- set newest_first = 'misses.rankedAt desc nulls last, attemptedAt desc nulls last, outcome nulls last' %}
{#- A tombstone that was taken back is a failure, due at once. -#}
{%- set came_to = "if(takenBackAt is null, outcome, 'failed')" %}
with records as (
    select
        provider, entity, key, max(rankedAt) as rankedAt,
        {{ newest('attemptedAt', by=['rankedAt', 'attemptedAt']) }} as enrichedAt
    from {{ ref('lake_ops__stg_attempts') }}
    where outcome = 'found'
    group by provider, entity, key
),

misses as (  -- since the last record; in the newest streak both numbers are the same
    select
        misses.* except (outcome),
        {{ came_to }} as outcome,
        row_number() over (partition by provider, entity, key order by {{ newest_first }}) as nth,
        row_number() over (partition by provider, entity, key, {{ came_to }} order by {{ newest_first }}) as nthAlike
    from {{ ref('lake_ops__stg_attempts') }} as misses
    left join records using (provider, entity, key)
    where outcome != 'found' and not throttled and (
        enrichedAt is null or misses.rankedAt > records.rankedAt
        or (misses.rankedAt = records.rankedAt and attemptedAt > enrichedAt)
    )
),

streaks as (
    select
        provider, entity, key, max(outcome) as missOutcome, max(if(nth = 1 and takenBackAt is null, reason, null)) as missReason,
        max(if(nth = 1, attemptedAt, null)) as missedAt, max(if(nth = 1, takenBackAt, null)) as takenBackAt,
        max(nth) as streak
    from misses
    where nth = nthAlike
    group by provider, entity, key
)

select provider, entity, key, enrichedAt, missOutcome, missReason, missedAt, takenBackAt, coalesce(streak, 0) as streak
from records
full join streaks using (provider, entity, key)
