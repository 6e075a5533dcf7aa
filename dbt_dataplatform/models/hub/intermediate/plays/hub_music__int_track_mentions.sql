-- Tracks as plays and lists mention them: by an address, by ids of artists, or by names alone. Copies of plays do not count,
-- but what they know of the track does.
with plays as (
    select plays.*, if(duplicate or not listened, 0, 1) as counted, nullif(artistIds, '') as credited
    from {{ ref('hub_music__int_plays_deduplicated') }} as plays
),

mentions as (
    select
        mentionId,
        max(namesId) as namesId,
        max(titleKey) as titleKey,
        {{ newest('creditKey', by=['playedAt', 'playId']) }} as creditKey,
        {{ newest('artistName', by=['playedAt', 'playId']) }} as artistName,
        {{ newest('trackName', by=['playedAt', 'playId']) }} as trackName,
        {{ newest('albumId', by=['playedAt', 'playId']) }} as albumId,
        {{ newest('albumName', by=['playedAt', 'playId']) }} as albumName,
        max(spotifyTrackId) as spotifyTrackId,
        {{ newest('isrc', by=['playedAt', 'playId']) }} as isrc,
        {{ newest('credited', by=['playedAt', 'playId']) }} as credited,
        max(nullif(mbids, '')) as mbids,
        cast(sum(counted) as int64) as playCount,
        cast(sum(counted * coalesce(msPlayed, 0)) as int64) as msPlayed,
        min(playedAt) as firstPlayedAt,
        max(playedAt) as lastPlayedAt,
        min(importedAt) as firstImportedAt,
        max(loadSequence) as loadSequence,
        cast(null as int64) as requestPriority, cast(null as timestamp) as refreshAt
    from plays
    group by mentionId
    union all
    select * from {{ ref('hub_music__int_tracks_requested') }}
)

select mentions.*, many.nameKey is not null or creditKey is null as nobodys
from mentions
left join {{ ref('names_of_many') }} as many on many.nameKey = mentions.creditKey
