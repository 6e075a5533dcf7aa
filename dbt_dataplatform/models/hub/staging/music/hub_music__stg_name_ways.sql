-- The surest way to the artist whom a name means. Of the names that artists have only those that exactly one has.
{% set page = "'https://open.spotify.com/artist/' || " -%}
with ways as (
    select artistKey, artistId, 'spotify_track' as method, confidence, evidence
    from {{ ref('hub_music__stg_track_names') }}
    union all
    select names.artistKey, spotify.artistId, 'musicbrainz_id' as method, names.confidence, {{ page }}spotify.artistId as evidence
    from {{ ref('hub_music__stg_name_mbids') }} as names
    inner join {{ ref('hub_music__stg_mbid_artists') }} as spotify on spotify.mbid = names.mbid
    union all
    select artistKey, artistId, method, if(method = 'carried', 0.7e0, 0.6e0) as confidence, {{ page }}artistId as evidence
    from {{ ref('hub_music__stg_known_names') }}
    where artists = 1
)

select *
from ways
qualify row_number() over (partition by artistKey order by confidence desc nulls last, method nulls last) = 1
