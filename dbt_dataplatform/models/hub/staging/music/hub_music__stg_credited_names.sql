-- A table, made again with that of the tracks. Guests are named by the plays that Spotify itself told of.
with told as (
    select *, split(credited, ' ') as artistIds
    from {{ ref('hub_music__stg_tracks') }}
    where credited is not null
),

credits as (  -- an artist credited twice on one track counts once
    select distinct told.* except (artistIds, artistKey), artistId, if(artistId = {{ item('told.artistIds', 1) }}, artistKey, null) as artistKey
    from told
    cross join unnest(told.artistIds) as artistId
)

select
    artistId,
    coalesce(artistKey, '') as artistKey,
    {{ newest('artistName', by=['lastPlayedAt', 'trackId']) }} as artistName,
    {{ summed_plays() }},
    min(firstImportedAt) as firstImportedAt
from credits
group by artistId, artistKey
