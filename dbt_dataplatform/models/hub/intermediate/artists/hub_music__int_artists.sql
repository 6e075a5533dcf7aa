-- Every discovered artist with the ids that say who it is. An artist that only its name or its MusicBrainz id tells of waits
-- until it is settled that no other id will come.
with names as (
    select
        artistId,
        {{ newest('artistName', by=['-place', 'nameKey']) }} as artistName,
        {{ newest('nameKey', by=['-place', 'nameKey']) }} as nameKey
    from {{ ref('hub_music__int_artist_names') }}
    group by artistId
),

artists as (
    select *, if(starts_with(artistId, 'mbid:'), substr(artistId, 6), null) as ownMbid
    from {{ ref('hub_music__int_artists_discovered') }}
)

select
    artists.* except (artistName, nameKey, method, evidence, ownMbid, firstImportedAt),
    if(ownMbid is null and not starts_with(artists.artistId, 'name:'), artists.artistId, null) as spotifyId,
    coalesce(names.artistName, described.name, artists.artistName) as artistName,
    coalesce(names.nameKey, described.artistKey, artists.nameKey) as nameKey,
    coalesce(mbids.mbid, ownMbid) as mbid,
    if(coalesce(mbids.mbid, ownMbid) is null, null, coalesce(mbids.method, artists.method)) as method,
    if(coalesce(mbids.mbid, ownMbid) is null, null, coalesce(mbids.confidence, 0.75e0)) as confidence,
    coalesce(mbids.evidence, 'https://musicbrainz.org/artist/' || ownMbid) as evidence,
    if(ownMbid is null, mbids.provider, 'listenbrainz_lookup') as provider,
    mbids.ambiguity,
    mbids.retrievedAt as toldAt,
    open.artistId is not null as waiting
from artists
left join names on names.artistId = artists.artistId
left join {{ ref('hub_music__int_artist_mbids') }} as mbids on mbids.artistId = artists.artistId
left join {{ ref('lake_listenbrainz__svc_artist_metadata') }} as described
    on described.mbid = coalesce(mbids.mbid, ownMbid)
left join {{ ref('hub_music__int_artists_waiting') }} as open on open.artistId = artists.artistId
