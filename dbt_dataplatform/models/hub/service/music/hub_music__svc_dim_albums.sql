select
    albumId,
    {{ newest('albumName', by=['lastPlayedAt', 'trackId']) }} as albumName,
    {{ newest('artistName', by=['lastPlayedAt', 'trackId']) }} as artistName,
    {{ newest('artistId', by=['lastPlayedAt', 'trackId']) }} as artistId,
    count(*) as trackCount,
    {{ summed_plays() }}
from {{ ref('hub_music__svc_dim_tracks') }}
where albumId is not null
group by albumId
