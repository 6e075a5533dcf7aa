-- Every key of every provider with what is known of it: one row whichever artists or tracks it stands for.
{% set most_played = ['playCount', 'artistId'] -%}
with items as (
    select
        provider, entity, key,
        {{ newest('artistId', by=most_played) }} as artistId,
        {{ newest('artistName', by=most_played) }} as artistName,
        {{ newest('trackName', by=most_played) }} as trackName,
        {{ newest('mbid', by=most_played) }} as mbid,
        cast(sum(playCount) as int64) as playCount,
        min(discoveredAt) as discoveredAt,
        coalesce(max(requestPriority), 5) as requestPriority,
        max(refreshAt) as refreshAt
    from {{ ref('hub_music__int_enrichment_subjects') }}
    group by provider, entity, key
)

select
    items.* except (refreshAt),
    states.enrichedAt, states.outcome, states.reason, states.answeredAt, states.attemptedAt,
    coalesce(states.status, 'pending') as status,
    coalesce(states.streak, 0) as streak,
    coalesce(items.refreshAt > states.attemptedAt, false) as askedAgain,
    if(
        coalesce(states.never, false), null,
        coalesce(if(items.refreshAt > states.attemptedAt, items.refreshAt, states.dueAt), items.discoveredAt)
    ) as dueAt
from items
left join {{ ref('hub_music__int_enrichment_states') }} as states
    on states.provider = items.provider and states.entity = items.entity and states.key = items.key
