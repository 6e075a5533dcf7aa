-- Names that exactly one known artist has. Strangers share names, so this alone is never sure.
with named as (
    select artistKey, artistId, 'carried' as method
    from {{ ref('hub_music__stg_credited_names') }}
    union all
    select {{ name_key('artistName') }} as artistKey, artistId, 'known_name' as method
    from {{ ref('lake_roster__stg_artists') }}
    union all
    select {{ name_key('artistName') }} as artistKey, coalesce(canonicalArtistId, artistId) as artistId, 'known_name' as method
    from {{ ref('lake_spotify__stg_artist_enrichment') }}
)

select
    artistKey,
    method,
    count(distinct artistId) as artists,
    max(artistId) as artistId
from named
where artistKey != '' and not {{ stands_for_many('artistKey') }}
group by artistKey, method
