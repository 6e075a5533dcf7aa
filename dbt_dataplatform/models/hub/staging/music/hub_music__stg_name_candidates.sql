-- A table, made again with that of the tracks.
with ways as (
    select artistKey, 'track' as entity, substr(trackUri, 15) as key, trackName, playCount
    from {{ ref('hub_music__stg_tracks') }}
    where credited is null and trackUri is not null
    union all
    select artistKey, 'recording' as entity, trackId as key, trackName, playCount
    from {{ ref('hub_music__stg_tracks') }}
    where credited is null and trackName is not null
)

select
    artistKey,
    entity,
    key,
    trackName,
    playCount,
    row_number() over (partition by artistKey, entity order by playCount desc nulls last, key nulls last) as place
from ways
where not {{ stands_for_many('artistKey') }}
qualify place <= {{ var('tracks_per_name') }}
