-- By what each provider is asked about each artist. One whose ids are disputed is asked about by all of them, for an answer
-- can settle it. An artist that only a name tells of is asked for by name alone, and not before no id will come.
with asked_before as (  -- a refusal told nothing, so waiting goes on
    select distinct provider, key as artistId
    from {{ ref('lake_ops__stg_attempts') }}
    where entity = 'artist' and not throttled
),

artists as (select * from {{ ref('hub_music__int_artists') }}),

policies as (select * from {{ ref('lake_ops__stg_provider_policies') }} where entity = 'artist'),

awaited as (  -- for providers that are not asked nobody waits
    select distinct policies.provider, artists.artistId
    from policies
    cross join unnest(split(coalesce(policies.waitsFor, ''), ' ')) as name
    inner join policies as others on others.provider = name and others.enabled
    cross join artists
    left join asked_before on asked_before.provider = name and asked_before.artistId = artists.artistId
    where artists.spotifyId is not null and asked_before.artistId is null
)

select policies.provider, artists.artistId, artists.artistId as key
from artists
cross join policies
left join awaited on awaited.provider = policies.provider and awaited.artistId = artists.artistId
where
    awaited.artistId is null and not waiting
    and if(policies.keyedBy = 'name', coalesce(artistName, mbid), if(policies.keyedBy = 'artistId', spotifyId, null)) is not null
union all
select policies.provider, ids.artistId, ids.id as key
from {{ ref('hub_music__svc_artist_ids') }} as ids
inner join policies on policies.keyedBy = ids.scheme and policies.keyedBy != 'artistId'
inner join artists on artists.artistId = ids.artistId and (ids.scheme = 'mbid' or not waiting)
union all
select policies.provider, claims.artistId, claims.mbid as key
from {{ ref('hub_music__int_mbids_claimed') }} as claims
inner join artists on artists.artistId = claims.artistId and coalesce(artists.mbid, '') != claims.mbid
inner join policies on policies.keyedBy = 'mbid'
