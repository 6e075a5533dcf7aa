-- Names that stand beside an artist's own Spotify id, wherever it is told.
with told as (
    select artistId, artistName, artistKey as nameKey, 1 as place
    from {{ ref('lake_spotify__svc_artist_enrichment') }}
    union all
    select artist.id as artistId, artist.name as artistName, artist.nameKey, 2 as place
    from {{ ref('lake_spotify_tracks__svc_tracks') }} as tracks
    cross join unnest(tracks.artists) as artist
    union all
    select artist.id as artistId, artist.name as artistName, artist.nameKey, 2 as place
    from {{ ref('lake_spotify_tracks__svc_tracks') }} as tracks
    cross join unnest(tracks.albumArtists) as artist
    union all
    select artist.id as artistId, artist.name as artistName, artist.nameKey, 3 as place
    from {{ ref('lake_spotify__svc_recently_played') }} as plays
    cross join unnest(plays.artists) as artist
    union all
    select artistId, artistName, artistKey as nameKey, 4 as place
    from {{ ref('lake_roster__stg_artists') }}
    union all
    select artistId, givenName as artistName, givenKey as nameKey, 4 as place
    from {{ ref('lake_roster__stg_rows') }}
    where artistId is not null
)

select
    artistId,
    nameKey,
    max(artistName) as artistName,
    min(place) as place
from told
where nameKey is not null
group by artistId, nameKey
