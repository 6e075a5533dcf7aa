{{ config(cluster_by=['trackId']) }}

with mentions as (
    select tracks.trackId, mentions.*
    from {{ ref('hub_music__int_track_mentions') }} as mentions
    inner join {{ ref('hub_music__int_tracks') }} as tracks on tracks.mentionId = mentions.mentionId
),

listed as (
    select trackId, max(if(position = 1, artistId, null)) as artistId, {{ in_order('artistId', 'position') }} as artistIds
    from {{ ref('hub_music__svc_bridge_track_artists') }}
    group by trackId
),

tracks as (
    select
        trackId,
        {{ newest('trackName', by=['lastPlayedAt', 'mentionId']) }} as trackName,
        {{ newest('artistName', by=['lastPlayedAt', 'mentionId']) }} as artistName,
        {{ newest('albumId', by=['lastPlayedAt', 'mentionId']) }} as albumId,
        {{ newest('albumName', by=['lastPlayedAt', 'mentionId']) }} as albumName,
        {{ newest('spotifyTrackId', by=['lastPlayedAt', 'mentionId']) }} as spotifyTrackId,
        {{ newest('isrc', by=['lastPlayedAt', 'mentionId']) }} as isrc,
        {{ summed_plays() }}
    from mentions
    group by trackId
)

select
    tracks.trackId, trackName, artistName,
    listed.artistId,
    coalesce(listed.artistIds, []) as artistIds,
    albumId, albumName,
    'spotify:track:' || spotifyTrackId as trackUri,
    isrc,
    playCount, msPlayed, firstPlayedAt, lastPlayedAt
from tracks
left join listed on listed.trackId = tracks.trackId
