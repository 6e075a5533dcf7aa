-- What a person has set comes first, then what was told of the artist's own id, then what is only known through its mbid.
-- An id that different artists claim goes to the one with the better claim, and to nobody where there is none.
with artists as (select * from {{ ref('hub_music__int_artists') }}),

elsewhere as (select * from {{ ref('hub_music__int_ids_told') }}),

told as (
    select
        artistId, mbid, 'artistId' as scheme, spotifyId as id, 1e0 as confidence,
        'https://open.spotify.com/artist/' || spotifyId as evidence, 'spotify' as provider, 1 as place
    from artists
    where spotifyId is not null
    union all
    select artistId, mbid, 'mbid' as scheme, mbid as id, confidence, evidence, provider, 1 as place
    from artists where mbid is not null
    union all
    select artistId, mbid, scheme, id, elsewhere.confidence, elsewhere.evidence, elsewhere.provider, 1 as place
    from elsewhere inner join artists on artists.spotifyId = elsewhere.asked
    where askedBy = 'artistId'
    union all
    select artistId, mbid, scheme, id, least(elsewhere.confidence, artists.confidence), elsewhere.evidence, elsewhere.provider, 2
    from elsewhere inner join artists on artists.mbid = elsewhere.asked
    where askedBy = 'mbid'
    union all
    select artistId, mbid, scheme, id, 1e0 as confidence, settled.note as evidence, 'manual' as provider, 0 as place
    from {{ ref('lake_manual__stg_identities') }} as settled inner join artists using (artistId)
    where scheme != 'mbid'
),

claims as (
    select *, max(if(place = 0, 2e0, confidence)) over (partition by scheme, id) as bestClaim
    from told
    qualify row_number() over (partition by artistId, scheme order by place nulls last, id nulls last) = 1
)

select artistId, scheme, id, confidence, evidence, provider
from claims
where if(place = 0, 2e0, confidence) = bestClaim
qualify min(coalesce(mbid, artistId)) over (partition by scheme, id) = max(coalesce(mbid, artistId)) over (partition by scheme, id)
