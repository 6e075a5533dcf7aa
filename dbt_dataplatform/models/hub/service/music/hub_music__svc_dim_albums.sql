select
    albumId,
    {{ newest('albumName', by=['lastPlayedAt', 'trackId']) }} as albumName,
    {{ newest('artistName', by=['lastPlayedAt', 'trackId']) }} as artistName,
    {{ newest('artistId', by=['lastPlayedAt', 'trackId']) }} as artistId,
    count(*) as trackCount,
    cast(sum(playCount) as int64) as playCount,
    cast(sum(msPlayed) as int64) as msPlayed,
    min(firstPlayedAt) as firstPlayedAt,
    max(lastPlayedAt) as lastPlayedAt
from {{ ref('hub_music__svc_dim_tracks') }}
where albumId is not null
group by albumId
