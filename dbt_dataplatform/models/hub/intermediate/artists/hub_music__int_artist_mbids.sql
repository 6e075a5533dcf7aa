-- Which MusicBrainz artist each Spotify artist is. What one witness says and another contradicts gives nothing.
with names as (
    select artistId, {{ newest('nameKey', by=['-place', 'nameKey']) }} as nameKey
    from {{ ref('hub_music__int_artist_names') }}
    group by artistId
),

claims as (
    select
        claims.*,
        min(claims.mbid) over (partition by claims.artistId) != max(claims.mbid) over (partition by claims.artistId)
            as contradicted,
        count(if(method = 'musicbrainz_url', 1, null)) over (partition by claims.artistId) > 1 as severalLinked,
        method not in ('musicbrainz_url', 'manual') and (
            min(coalesce(names.nameKey, claims.artistId)) over (partition by claims.mbid)
            != max(coalesce(names.nameKey, claims.artistId)) over (partition by claims.mbid)
        ) as sharedByOthers
    from {{ ref('hub_music__int_mbid_claims') }} as claims
    left join names on names.artistId = claims.artistId
),

surest as (
    select
        *,
        case
            when severalLinked then 'several artists at MusicBrainz have this address'
            when contradicted then 'MusicBrainz, Wikidata or ListenBrainz name different artists'
            when sharedByOthers then 'several Spotify ids have this MusicBrainz artist'
        end as ambiguity
    from claims
    qualify row_number() over (
        partition by artistId order by sharedByOthers nulls last, confidence desc nulls last, mbid nulls last
    ) = 1
)

select
    artistId,
    if(ambiguity is null, mbid, null) as mbid,
    method, confidence, evidence, provider, ambiguity, retrievedAt
from surest
