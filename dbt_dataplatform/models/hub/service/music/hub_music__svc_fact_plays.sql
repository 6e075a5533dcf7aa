{{ config(partition_by=partition_on('playedAt', 'month'), cluster_by=['artistId', 'trackId']) }}

select
    plays.playId,
    plays.playedAt,
    plays.startedAt,
    plays.msPlayed,
    plays.listened,
    plays.trackId,
    plays.albumId,
    tracks.artistId,
    coalesce(tracks.artistIds, []) as artistIds,
    plays.trackName,
    plays.artistName,
    plays.albumName,
    plays.trackUri,
    plays.source
from {{ ref('hub_music__stg_judged_plays') }} as plays
left join {{ ref('hub_music__svc_dim_tracks') }} as tracks on tracks.trackId = plays.trackId
where not plays.duplicate
