-- Names on plays that are nobody's yet, and why.
with mentions as (
    select mentions.*, coalesce(agreed.differ, false) as differ
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join {{ ref('hub_music__int_track_credits') }} as credits
        on credits.mentionId = mentions.mentionId and credits.position = 1 and not starts_with(credits.artistId, 'name:')
    left join {{ ref('hub_music__int_credits_agreed') }} as agreed
        on agreed.mentionId = mentions.mentionId and agreed.position = 1
    where credits.mentionId is null and mentions.creditKey is not null
),

lookups as (
    select
        mentionId,
        max(if(enabled, 1, 0)) as enabled,
        max(if(enabled and not found and not gone, 1, 0)) as open,
        max(if(found, 1, 0)) as found
    from {{ ref('hub_music__int_lookups') }}
    group by mentionId
)

select
    creditKey as nameKey,
    {{ newest('artistName', by=['playCount', 'mentions.mentionId']) }} as artistName,
    {{ summed_plays() }},
    case
        when max(if(nobodys, 1, 0)) = 1 then 'stands_for_many'
        when max(lookups.open) = 1 then 'waiting'
        when max(bearers.artists) > 1 or max(if(differ, 1, 0)) = 1 then 'several_artists'
        when max(lookups.enabled) is null then 'no_track'
        when max(lookups.enabled) = 0 then 'nobody_to_ask'
        when max(lookups.found) = 0 then 'tracks_not_found'
        else 'other_artists'
    end as why
from mentions
left join lookups on lookups.mentionId = mentions.mentionId
left join {{ ref('hub_music__int_names_borne') }} as bearers on bearers.nameKey = mentions.creditKey
group by creditKey
