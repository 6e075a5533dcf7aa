-- Who is credited on a track: those whose ids plays tell, else the artist whom its name means, else the name itself.
select distinct trackId, artistId
from {{ ref('hub_music__stg_tracks') }}
cross join unnest(split(credited, ' ')) as artistId
where credited is not null
union all
select tracks.trackId, coalesce(names.artistId, 'name:' || names.nameHash) as artistId
from {{ ref('hub_music__stg_tracks') }} as tracks
inner join {{ ref('hub_music__stg_name_resolutions') }} as names on names.artistKey = tracks.artistKey
where tracks.credited is null
