-- What speaks for or against the Wikidata item with an artist's Spotify id being that artist's.
with claims as (
    select * from {{ ref('hub_music__int_wikidata_claims') }}
),

links as (
    select * from {{ ref('hub_music__int_mbid_links') }}
),

items as (
    select artistId, artistKey as labelKey from {{ ref('lake_wikidata__svc_artist_facts') }}
),

elsewhere as (  -- an item can have two Spotify ids, those of two profiles
    select claims.artistId
    from claims
    inner join links on links.mbid = claims.mbid
    left join claims as same on same.artistId = links.artistId and same.wikidataId = claims.wikidataId
    group by claims.artistId
    having count(same.artistId) = 0
),

witnesses as (
    select claims.artistId, 'same_mbid' as witness
    from claims inner join links on links.artistId = claims.artistId and links.mbid = claims.mbid
    union all
    select claims.artistId, 'linked' as witness from claims inner join links on links.artistId = claims.artistId
    union all
    select artistId, 'mbid_of_another' as witness from elsewhere
    union all
    select items.artistId, 'same_name' as witness
    from items inner join {{ ref('hub_music__int_artist_names') }} as names
        on names.artistId = items.artistId and names.nameKey = items.labelKey
    union all
    select items.artistId, 'same_name' as witness
    from items inner join links on links.artistId = items.artistId and links.nameKey = items.labelKey
)

select distinct artistId, witness
from witnesses
