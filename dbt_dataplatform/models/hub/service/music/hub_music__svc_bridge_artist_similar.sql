-- A name leads to an artist only if exactly one known artist has it; otherwise the name alone is told.
with by_mbid as (  -- two Spotify ids with one mbid are the same artist, merged
    select mbid, max(artistId) as artistId
    from {{ ref('hub_music__svc_artist_identities') }}
    where mbid is not null
    group by mbid
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
    answers.artistId,
    coalesce(by_mbid.artistId, by_name.artistId) as similarArtistId,
    neighbour.name as similarName,
    neighbour.match as weight,
    'lastfm' as provider,
    answers.retrievedAt
from {{ ref('hub_music__stg_lastfm_answers') }} as answers
cross join unnest(answers.similar) as neighbour
left join by_mbid on by_mbid.mbid = neighbour.mbid
left join by_name on by_name.name = {{ folded('neighbour.name') }}
where neighbour.name is not null
qualify row_number() over (
    partition by answers.artistId, neighbour.name order by neighbour.match desc nulls last, neighbour.mbid nulls last
) = 1
