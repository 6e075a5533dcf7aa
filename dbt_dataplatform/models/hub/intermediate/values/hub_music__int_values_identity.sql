-- Whom the MusicBrainz id comes from differs by artist.
with told as (
    select mbid, max(toldAt) as toldAt
    from {{ ref('hub_music__int_credits_by_names') }}
    group by mbid
),

answers as (
    select
        artists.artistId,
        artists.mbid,
        artists.provider,
        coalesce(artists.toldAt, told.toldAt) as retrievedAt,
        artists.confidence,
        artists.evidence
    from {{ ref('hub_music__int_artists') }} as artists
    left join told on told.mbid = artists.mbid
),

facts as (
    {{ values_of('answers', 'artistId', [('mbid', 'word')]) }}
)

select *
from facts
