-- A table, made again with that of the tracks.
select
    artistKey,
    substr(trackUri, 15) as trackKey,
    playCount,
    row_number() over (partition by artistKey order by playCount desc nulls last, trackId nulls last) as place
from {{ ref('hub_music__stg_tracks') }}
where credited is null and trackUri is not null and not {{ stands_for_many('artistKey') }}
qualify place <= {{ var('tracks_per_name') }}
