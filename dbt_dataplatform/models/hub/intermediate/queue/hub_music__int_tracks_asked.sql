-- What became of asking each provider about each track, by whatever it was asked. Providers that cannot be asked here are left
-- out.
with questions as (
    select distinct trackId, 'recording' as entity, namesId as key
    from {{ ref('hub_music__int_tracks') }}
    union all
    select trackId, 'track' as entity, id as key
    from {{ ref('hub_music__svc_track_ids') }}
)

select
    questions.trackId,
    items.provider,
    count(if(items.status = 'enriched', 1, null)) as found,
    count(if(items.status = 'pending', 1, null)) as open,
    count(if(items.status = 'failed', 1, null)) as failed,
    max(items.attemptedAt) as lastAttempt,
    max(items.enrichedAt) as enrichedAt,
    max(if(items.status in ('failed', 'not_found'), items.streak, 0)) as retryCount,
    max(
        if(items.status in ('failed', 'not_found'), items.provider || ': ' || coalesce(items.reason, items.status), null)
    ) as errorMessage
from questions
inner join {{ ref('hub_music__int_enrichment_items') }} as items
    on items.entity = questions.entity and items.key = questions.key
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.provider = items.provider and policies.entity = items.entity and policies.enabled
group by questions.trackId, items.provider
