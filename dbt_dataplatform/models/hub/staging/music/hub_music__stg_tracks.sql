-- A table, for a million plays are too many to be looked through whenever the queue is read. Copies of plays do not
-- count, but what they know of the track does. The artists are those credited on the newest play that tells their ids.
with plays as (
    select
        * except (trackUri), if(starts_with(trackUri, 'spotify:track:'), trackUri, null) as trackUri, if(duplicate or not listened, 0, 1) as counted,
        if(array_length(artistIds) > 0, array_to_string(artistIds, ' '), null) as credited
    from {{ ref('hub_music__stg_judged_plays') }}
),

seen as (
    select max(loadSequence) as seenSequence
    from {{ ref('lake_ops__stg_loaded_files') }}
)

select
    trackId,
    max(seenSequence) as seenSequence,
    max(artistKey) as artistKey,
    {{ newest('artistName', by=['playedAt']) }} as artistName,
    {{ newest('trackName', by=['playedAt']) }} as trackName,
    {{ newest('albumId', by=['playedAt']) }} as albumId,
    {{ newest('albumName', by=['playedAt']) }} as albumName,
    {{ newest('trackUri', by=['playedAt']) }} as trackUri,
    {{ newest('isrc', by=['playedAt']) }} as isrc,
    {{ newest('credited', by=['playedAt']) }} as credited,
    {{ newest('artistMbid', by=['playedAt']) }} as artistMbid,
    cast(sum(counted) as int64) as playCount,
    cast(sum(counted * coalesce(msPlayed, 0)) as int64) as msPlayed,
    min(playedAt) as firstPlayedAt,
    max(playedAt) as lastPlayedAt,
    min(importedAt) as firstImportedAt
from plays
cross join seen
group by trackId
