-- A name leads to an artist only if exactly one known artist has it; otherwise the name alone is told.
with by_id as (  -- two Spotify ids with one mbid are the same artist, merged
    select scheme, id, max(artistId) as artistId
    from {{ ref('hub_music__svc_artist_ids') }}
    group by scheme, id
),

named as (
    select artistId, {{ folded('artistName') }} as name
    from {{ ref('hub_music__svc_artist_identities') }}
),

by_name as (
    select name, max(artistId) as artistId
    from named
    where name != ''
    group by name
    having count(*) = 1
)

select
    told.artistId,
    coalesce(by_id.artistId, by_name.artistId) as similarArtistId,
    told.name as similarName,
    told.weight,
    told.provider,
    told.retrievedAt
from {{ ref('hub_music__stg_told_neighbours') }} as told
left join by_id on by_id.scheme = told.scheme and by_id.id = told.id
left join by_name on by_name.name = {{ folded('told.name') }}
