with answers as (
    select
        artistId, nullif(artistName, '') as artistName, genres, popularity, followerCount, enrichedAt as retrievedAt, 'spotify' as provider,
        1e0 as confidence, externalUrls.spotify as evidence
    from {{ ref('lake_spotify__svc_artist_enrichment') }}
),

facts as (
    {{ facts_of([
        ('name', 'word', 'artistName'),
        ('genres', 'list', 'genres'),
        ('popularity', 'number', 'popularity'),
        ('followerCount', 'number', 'followerCount'),
    ]) }}
)

select *
from facts
