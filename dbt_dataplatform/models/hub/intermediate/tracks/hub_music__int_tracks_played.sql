-- Tracks as plays tell of them, before anybody was asked.
with mentions as (
    select tracks.trackId, mentions.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = mentions.mentionId
)

select
    trackId,
    {{ newest('trackName', by=['lastPlayedAt', 'mentionId']) }} as trackName,
    {{ newest('titleKey', by=['lastPlayedAt', 'mentionId']) }} as titleKey,
    {{ newest('artistName', by=['lastPlayedAt', 'mentionId']) }} as artistName,
    {{ newest('creditKey', by=['lastPlayedAt', 'mentionId']) }} as creditKey,
    {{ newest('albumId', by=['lastPlayedAt', 'mentionId']) }} as albumId,
    {{ newest('albumName', by=['lastPlayedAt', 'mentionId']) }} as albumName,
    {{ newest('spotifyTrackId', by=['lastPlayedAt', 'mentionId']) }} as spotifyTrackId,
    min(greatest(firstPlayedAt, coalesce(firstImportedAt, firstPlayedAt))) as firstImportedAt,
    {{ summed_plays() }}
from mentions
group by trackId
