-- Whom a name on plays means, by what Spotify says of a track that was played under it. In exports the name is that of
-- the album's artist; where nobody there is called so any more, the album's only artist was renamed.
with credits as (
    select trackId, artist.id as artistId, artist.name, false as onlyOne
    from {{ ref('lake_spotify_tracks__stg_tracks') }} as answers
    cross join unnest(answers.artists) as artist
    union all
    select trackId, artist.id as artistId, artist.name, array_length(answers.albumArtists) = 1 as onlyOne
    from {{ ref('lake_spotify_tracks__stg_tracks') }} as answers
    cross join unnest(answers.albumArtists) as artist
),

keyed as (  -- once: the key of a name is a deep expression, of which BigQuery takes only so much in one query
    select *, {{ name_key('name') }} as nameKey
    from credits
),

matched as (
    select tracks.artistKey, tracks.key as trackKey, tracks.place, keyed.artistId, if(keyed.nameKey = tracks.artistKey, 0.9e0, 0.8e0) as confidence
    from {{ ref('hub_music__stg_name_tracks') }} as tracks
    inner join keyed on keyed.trackId = tracks.key
    where tracks.entity = 'track' and (keyed.nameKey = tracks.artistKey or (onlyOne and not {{ stands_for_many('keyed.nameKey') }}))
)

select
    artistKey,
    artistId,
    confidence,
    'https://open.spotify.com/track/' || trackKey as evidence
from matched
qualify row_number() over (partition by artistKey order by confidence desc nulls last, place nulls last, artistId nulls last) = 1
