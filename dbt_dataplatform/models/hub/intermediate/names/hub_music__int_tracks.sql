-- Which track each mention is: the names of track and artist together, and where they are those of several artists, each
-- artist's own.
with mains as (
    select
        mentions.mentionId, mentions.namesId as ownNamesId, coalesce(credits.namesId, mentions.namesId) as namesId,
        credits.artistId, credits.method, coalesce(credits.namesId, mentions.namesId) || ' ' || credits.artistId as ownText
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    left join {{ ref('hub_music__int_track_credits') }} as credits
        on credits.mentionId = mentions.mentionId and credits.position = 1
),

shared as (
    select namesId
    from mains
    where method != 'unresolved'
    group by namesId
    having count(distinct artistId) > 1
)

select
    mains.mentionId,
    mains.ownNamesId as namesId,
    if(
        shared.namesId is null or coalesce(mains.method, 'unresolved') = 'unresolved', mains.namesId,
        {{ dbt.hash('ownText') }}
    ) as trackId
from mains
left join shared on shared.namesId = mains.namesId
