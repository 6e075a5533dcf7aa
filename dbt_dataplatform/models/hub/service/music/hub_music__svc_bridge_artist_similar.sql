-- A neighbour is an artist of the library only by an id: strangers share names. Otherwise the name alone is told.
with by_id as (  -- two Spotify ids with one mbid are the same artist, merged
    select scheme, id, max(artistId) as artistId
    from {{ ref('hub_music__svc_artist_ids') }}
    group by scheme, id
)

select
    told.artistId,
    by_id.artistId as similarArtistId,
    told.name as similarName,
    told.weight,
    told.provider,
    told.retrievedAt
from {{ ref('hub_music__int_neighbours_told') }} as told
left join by_id on by_id.scheme = told.scheme and by_id.id = told.id
