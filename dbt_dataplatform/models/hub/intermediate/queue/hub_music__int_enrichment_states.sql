-- What the attempts at each key came to, and when to ask again. Throttles tell something about us, not about the key.
with states as (
    select
        provider, entity, key, enrichedAt, missOutcome, missReason, missedAt, takenBackAt,
        coalesce(streak, 0) as streak, throttledAt, throttledBy,
        coalesce(missedAt, enrichedAt) as answeredAt,
        coalesce(enrichedAt, if(missOutcome = 'not_found', missedAt, null)) as keptAt
    from {{ ref('hub_music__int_enrichment_answers') }}
    full join {{ ref('hub_music__int_enrichment_throttles') }} using (provider, entity, key)
),

marks as (select * from {{ ref('lake_manual__stg_invalidations') }})

select
    states.provider, entity, key, enrichedAt,
    if(enrichedAt is null, coalesce(missOutcome, 'pending'), 'enriched') as status,
    if(
        throttledAt is null or answeredAt >= throttledAt,
        coalesce(missOutcome, if(enrichedAt is null, null, 'found')), 'failed'
    ) as outcome,
    if(throttledAt is null or answeredAt >= throttledAt, missReason, throttledBy) as reason,
    answeredAt,
    greatest(coalesce(answeredAt, throttledAt), coalesce(throttledAt, answeredAt)) as attemptedAt,
    streak,
    coalesce(missReason, '') = 'invalid_id' as never,
    case
        when takenBackAt is not null then takenBackAt
        when missOutcome = 'failed' then {{ retry_at('missedAt', 'streak', 'failedRetryDays') }}
        when missOutcome = 'not_found' then {{ retry_at('missedAt', 'streak', 'notFoundRetryDays') }}
        when enrichedAt is not null then {{ after('enrichedAt', 'freshSeconds', 'second') }}
    end as dueAt,
    case  -- when a person wanted the answer anew
        when coalesce(missReason, '') = 'invalid_id' then null
        when keptAt <= ofKey.until then ofKey.decidedAt
        when keptAt <= ofAll.until then ofAll.decidedAt
    end as invalidatedAt
from states
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies using (provider, entity)
left join marks as ofKey on ofKey.provider = states.provider and ofKey.itemKey = states.key
left join marks as ofAll on ofAll.provider = states.provider and ofAll.itemKey = ''
