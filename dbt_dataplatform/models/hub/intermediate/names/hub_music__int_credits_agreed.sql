-- The same for tracks on whose main artist all agree. An artist of MusicBrainz is the Spotify artist with that id, if any.
with credits as (
    select
        told.*,
        coalesce(told.artistId, owners.artistId, 'mbid:' || told.mbid) as creditedId,
        position = min(position) over (partition by told.mentionId, method) as isMain
    from {{ ref('hub_music__int_credits_by_names') }} as told
    left join {{ ref('hub_music__int_mbid_owners') }} as owners on owners.mbid = told.mbid
),

mains as (
    select
        mentionId,
        count(distinct mbid) > 1
        or count(distinct if(starts_with(creditedId, 'mbid:'), null, creditedId)) > 1 as differ,
        max(confidence) as confidence
    from credits
    where isMain
    group by mentionId
),

once as (
    select credits.*, mains.differ
    from credits
    inner join mains on mains.mentionId = credits.mentionId and mains.confidence = credits.confidence
    where isMain or not differ
    qualify row_number() over (
        partition by credits.mentionId, creditedId order by isMain desc nulls last, method nulls last, position nulls last
    ) = 1
)

select
    mentionId, creditKey, if(differ, null, creditedId) as artistId, method, confidence, evidence, differ,
    row_number() over (
        partition by mentionId order by isMain desc nulls last, position nulls last, creditedId nulls last
    ) as position
from once
