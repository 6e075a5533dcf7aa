-- Whom somebody else has told of by the artist's own id comes before what is only known through its mbid.
with artists as (
    select * from {{ ref('hub_music__stg_artist_identities') }}
),

elsewhere as (
    select * from {{ ref('hub_music__stg_told_ids') }}
),

told as (
    select
        artistId, 'artistId' as scheme, spotifyId as id, 1e0 as confidence,
        'https://open.spotify.com/artist/' || spotifyId as evidence, 'spotify' as provider, 1 as place
    from artists
    where spotifyId is not null
    union all
    select artistId, 'mbid' as scheme, mbid as id, confidence, evidence, {{ teller_of('method') }} as provider, 1 as place
    from artists
    where mbid is not null
    union all
    select artistId, scheme, id, elsewhere.confidence, elsewhere.evidence, provider, 1 as place
    from elsewhere
    inner join artists on artists.artistId = elsewhere.asked
    where askedBy = 'artistId'
    union all
    select artistId, scheme, id, least(elsewhere.confidence, artists.confidence), elsewhere.evidence, provider, 2 as place
    from elsewhere
    inner join artists on artists.mbid = elsewhere.asked
    where askedBy = 'mbid'
)

select artistId, scheme, id, confidence, evidence, provider
from told
qualify row_number() over (partition by artistId, scheme order by place nulls last) = 1
