with keys as (
    select * from {{ ref('hub_music__stg_enrichment_keys') }} union all select * from {{ ref('hub_music__stg_track_keys') }}
),

asked as (
    select
        artists.provider, artists.entity, artists.key, artistId, artistName, trackName, mbid, playCount, discoveredAt, enrichedAt,
        if(enrichedAt is null, coalesce(missOutcome, 'pending'), 'enriched') as status,
        coalesce(missOutcome, if(enrichedAt is null, null, 'found')) as outcome,
        missReason as reason, coalesce(missedAt, enrichedAt) as answeredAt, throttledAt, throttledBy, coalesce(streak, 0) as streak,
        case
            when missReason = 'invalid_id' then null
            when missOutcome = 'failed' then {{ retry_at('missedAt', 'streak', 'failedRetryDays') }}
            when missOutcome = 'not_found' then {{ retry_at('missedAt', 'streak', 'notFoundRetryDays') }}
            when enrichedAt is not null then {{ after('enrichedAt', 'freshSeconds', 'second') }}
            else discoveredAt
        end as dueAt
    from keys as artists
    inner join {{ ref('lake_ops__stg_provider_policies') }} as policies using (provider, entity)
    left join {{ ref('hub_music__stg_enrichment_answers') }} as answers
        on answers.provider = artists.provider and answers.entity = artists.entity and answers.key = artists.key
    left join {{ ref('hub_music__stg_enrichment_throttles') }} as throttles
        on throttles.provider = artists.provider and throttles.entity = artists.entity and throttles.key = artists.key
),

windows as (  -- as lists: a join would have all that was asked read twice
    select
        {{ in_order('beginsAt', microseconds('beginsAt')) }} as begins,
        {{ in_order('endsAt', microseconds('endsAt')) }} as ends
    from {{ ref('lake_ops__stg_run_windows') }}
)

select
    asked.* except (outcome, reason, throttledAt, throttledBy),
    if(throttledAt is null or answeredAt >= throttledAt, outcome, 'failed') as outcome,
    if(throttledAt is null or answeredAt >= throttledAt, reason, throttledBy) as reason,
    greatest(coalesce(answeredAt, throttledAt), coalesce(throttledAt, answeredAt)) as attemptedAt,
    status = 'pending' and coalesce({{ lies_within('discoveredAt', 'begins', 'ends') }}, false) as missed
from asked
cross join windows
