-- Every key of every provider with what is known of it: one row whichever artists or tracks it stands for.
{% set most_played = ['playCount', 'artistId'] -%}
with items as (
    select
        provider, entity, key,
        {{ newest('artistId', by=most_played) }} as artistId,
        {{ newest('artistName', by=most_played) }} as artistName,
        {{ newest('trackName', by=most_played) }} as trackName,
        {{ newest('mbid', by=most_played) }} as mbid,
        {{ newest('barcode', by=most_played) }} as barcode,
        cast(sum(playCount) as int64) as playCount,
        min(discoveredAt) as discoveredAt,
        coalesce(max(requestPriority), 5) as requestPriority,
        max(refreshAt) as refreshAt
    from {{ ref('hub_music__int_enrichment_subjects') }}
    group by provider, entity, key
),

asked as (
    select
        items.* except (refreshAt), enrichedAt, outcome, reason, answeredAt, attemptedAt, status, streak, never, dueAt as dueByRule,
        greatest(coalesce(refreshAt, invalidatedAt), coalesce(invalidatedAt, refreshAt)) as wantedAt
    from items
    left join {{ ref('hub_music__int_enrichment_states') }} as states
        on states.provider = items.provider and states.entity = items.entity and states.key = items.key
)

select
    * except (status, streak, never, dueByRule, wantedAt),
    coalesce(status, 'pending') as status,
    coalesce(streak, 0) as streak,
    coalesce(wantedAt > attemptedAt, false) as askedAgain,
    if(
        coalesce(never, false), null,
        coalesce(if(wantedAt > attemptedAt, wantedAt, dueByRule), discoveredAt)
    ) as dueAt
from asked
