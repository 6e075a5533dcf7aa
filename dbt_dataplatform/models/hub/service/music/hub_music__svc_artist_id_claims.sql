-- Which claims count, and why the others do not. One id can be claimed by several providers, each in several ways.
with counted as (
    select artistId, scheme, id from {{ ref('hub_music__svc_artist_ids') }} where scheme != 'mbid'
    union all
    select artistId, 'mbid' as scheme, mbid as id from {{ ref('hub_music__int_artists') }} where mbid is not null
    union all
    select artistId, 'spotifyId' as scheme, spotifyId as id from {{ ref('hub_music__int_artists') }} where spotifyId is not null
    union all
    select artistId, 'lastfmUrl' as scheme, lastfmUrl as id from {{ ref('hub_music__int_lastfm_pages') }}
),

others as (select scheme, id, min(artistId) as artistId from counted group by scheme, id)

select
    claims.artistId, claims.scheme, claims.id, claims.provider, claims.method, claims.confidence, claims.evidence,
    claims.retrievedAt,
    counted.id is not null as counts,
    case
        when counted.id is not null then null
        when settled.id is not null then 'another id was set by hand'
        when claims.objection is not null then claims.objection
        when claims.scheme = 'mbid' and artists.ambiguity is not null then artists.ambiguity
        when others.artistId is not null then 'it is the id of another artist: ' || others.artistId
        when instead.id is not null then 'another id has a better claim'
        else 'other artists claim it too'
    end as reason
from {{ ref('hub_music__int_id_claims') }} as claims
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = claims.artistId
left join counted
    on counted.artistId = claims.artistId and counted.scheme = claims.scheme and counted.id = claims.id
left join counted as instead on instead.artistId = claims.artistId and instead.scheme = claims.scheme
left join others on others.scheme = claims.scheme and others.id = claims.id
left join {{ ref('lake_manual__stg_identities') }} as settled
    on settled.artistId = claims.artistId and settled.scheme = claims.scheme
