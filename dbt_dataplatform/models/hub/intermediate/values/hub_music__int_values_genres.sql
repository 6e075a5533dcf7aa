-- Genres of those who have tags; what the allow-list drops stays in hub_music__svc_artist_tags.
with named as (
    select
        artistId, provider, coalesce(canonicalGenre, tag) as genre, max(weight) as weight, max(retrievedAt) as retrievedAt,
        max(confidence) as confidence, max(evidence) as evidence
    from {{ ref('hub_music__int_artist_tags') }}
    where kept and provider != 'spotify'
    group by artistId, provider, genre
),

placed as (
    select *, row_number() over (partition by artistId, provider order by weight desc nulls last, genre nulls last) as place
    from named
),

answers as (
    select
        artistId, provider, max(retrievedAt) as retrievedAt, max(confidence) as confidence, max(evidence) as evidence,
        {{ in_order('genre', 'place') }} as genres
    from placed
    group by artistId, provider
),

facts as (
    {{ values_of('answers', 'artistId', [('genres', 'list')]) }}
)

select *
from facts
