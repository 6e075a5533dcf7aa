{{ config(partition_by=partition_on('playedAt', 'month'), cluster_by=['artistId', 'trackId']) }}

select
    plays.playId,
    plays.playedAt,
    plays.startedAt,
    plays.msPlayed,
    plays.listened,
    mentions.trackId,
    plays.albumId,
    tracks.artistId,
    coalesce(tracks.artistIds, []) as artistIds,
    plays.trackName,
    plays.artistName,
    plays.albumName,
    plays.trackUri,
    plays.source
from {{ ref('hub_music__int_plays_deduplicated') }} as plays
inner join {{ ref('hub_music__int_tracks') }} as mentions on mentions.mentionId = plays.mentionId
left join {{ ref('hub_music__svc_dim_tracks') }} as tracks on tracks.trackId = mentions.trackId
where not plays.duplicate
