-- Names that exactly one known artist has, by whatever way it is known. Strangers share names, so this alone is never sure.
with named as (
    select artistKey, artistId, 'carried' as method
    from {{ ref('hub_music__stg_credited_names') }}
    union all
    select {{ name_key('artistName') }} as artistKey, artistId, 'known_name' as method
    from {{ ref('lake_roster__stg_artists') }}
    union all
    select {{ name_key('artistName') }} as artistKey, artistId, 'known_name' as method
    from {{ ref('lake_spotify__stg_artist_enrichment') }}
),

known as (  -- only names that stand on plays; an id that Spotify leads on to another is the same artist's
    select named.artistKey, named.method, coalesce(answers.canonicalArtistId, named.artistId) as artistId
    from named
    inner join {{ ref('hub_music__stg_play_names') }} as played on played.artistKey = named.artistKey
    left join {{ ref('lake_spotify__stg_artist_enrichment') }} as answers on answers.artistId = named.artistId
    where named.artistKey != '' and not {{ stands_for_many('named.artistKey') }}
),

bearers as (
    select artistKey, count(distinct artistId) as artists
    from known
    group by artistKey
)

select
    known.artistKey,
    known.method,
    max(bearers.artists) as artists,
    max(known.artistId) as artistId
from known
inner join bearers on bearers.artistKey = known.artistKey
group by known.artistKey, known.method
