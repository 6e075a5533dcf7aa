-- Who is credited on a track: those whose ids plays tell, else the artist whom its name means, else the name itself.
with told as (
    select *, split(credited, ' ') as artistIds
    from {{ ref('hub_music__stg_tracks') }}
    where credited is not null
),

credits as (
    select told.trackId, artistId, if(artistId = {{ item('told.artistIds', 1) }}, told.artistName, null) as artistName
    from told
    cross join unnest(told.artistIds) as artistId
    union all
    select tracks.trackId, coalesce(names.artistId, 'name:' || names.nameHash) as artistId, tracks.artistName
    from {{ ref('hub_music__stg_tracks') }} as tracks
    inner join {{ ref('hub_music__stg_name_resolutions') }} as names on names.artistKey = tracks.artistKey
    where tracks.credited is null
)

select
    trackId,
    artistId,
    max(artistName) as artistName
from credits
group by trackId, artistId
