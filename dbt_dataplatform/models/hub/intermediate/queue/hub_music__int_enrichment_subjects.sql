-- The artists, tracks and releases that each key of each provider stands for.
select
    keys.provider, 'artist' as entity, keys.key, artists.artistId as subjectId, artists.artistId, artists.artistName,
    cast(null as string) as trackName, artists.mbid, artists.playCount, artists.discoveredAt,
    cast(null as int64) as requestPriority, cast(null as timestamp) as refreshAt, cast(null as string) as barcode
from {{ ref('hub_music__int_enrichment_keys') }} as keys
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = keys.artistId
union all
select
    lookups.provider, lookups.entity, lookups.key, mentions.mentionId as subjectId,
    'name:' || {{ dbt.hash('creditKey') }} as artistId, artistName, trackName, cast(null as string) as mbid, playCount,
    coalesce(greatest(firstPlayedAt, firstImportedAt), firstPlayedAt, firstImportedAt) as discoveredAt,
    requestPriority, refreshAt, cast(null as string) as barcode
from {{ ref('hub_music__int_lookups') }} as lookups
inner join {{ ref('hub_music__int_track_mentions') }} as mentions on mentions.mentionId = lookups.mentionId
union all
select
    policies.provider, 'track' as entity, ids.id as key, tracks.trackId as subjectId, 'track:' || tracks.trackId as artistId,
    artistName, trackName, cast(null as string) as mbid, playCount, firstImportedAt as discoveredAt,
    requestPriority, refreshAt, cast(null as string) as barcode
from {{ ref('hub_music__svc_track_ids') }} as ids
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.entity = 'track' and policies.keyedBy = ids.scheme
inner join {{ ref('hub_music__int_tracks_played') }} as tracks on tracks.trackId = ids.trackId
where ids.place = 1  -- the id that stands first in its scheme
union all
select
    policies.provider, policies.entity, if(policies.keyedBy = 'upc', asked.upc, asked.releaseId) as key,
    asked.releaseId || ' ' || asked.artistId as subjectId, asked.artistId,
    coalesce(asked.artistName, artists.artistName) as artistName, asked.title as trackName, artists.mbid, artists.playCount, asked.retrievedAt as discoveredAt,
    cast(null as int64) as requestPriority, cast(null as timestamp) as refreshAt, asked.upc as barcode
from {{ ref('hub_music__int_releases_asked') }} as asked
inner join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on
        policies.entity = 'release' and if(policies.keyedBy = 'upc', asked.upc, asked.releaseId) is not null
        and (policies.waitsFor is null or (asked.answered and not asked.labelled))  -- what the first one has no label of
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = asked.artistId
