-- Every discovered artist is kept, enriched or not, and an enrichment shows without a new play.
select
    artists.artistId,
    coalesce(enrichment.artistName, artists.artistName) as artistName,
    coalesce(genres.items, []) as genres,
    coalesce(tags.items, []) as tags,
    fields.* except (artistId),
    images.imageUrlLarge,
    images.imageUrlMedium,
    images.imageUrlSmall,
    enrichment.externalUrls.spotify as spotifyUrl,
    enrichment.canonicalArtistId,
    artists.playCount,
    artists.msPlayed,
    artists.firstPlayedAt,
    artists.lastPlayedAt,
    artists.discoveredAt,
    if(
        coalesce(answers.enrichedAt, enrichment.enrichedAt) is null, coalesce(answers.missOutcome, 'pending'), 'enriched'
    ) as enrichmentStatus,
    enrichment.enrichedAt
from {{ ref('hub_music__int_artists') }} as artists
left join {{ ref('lake_spotify__svc_artist_enrichment') }} as enrichment on enrichment.artistId = artists.artistId
left join {{ ref('hub_music__int_artist_images') }} as images on images.artistId = artists.artistId
left join {{ ref('hub_music__int_enrichment_answers') }} as answers
    on answers.key = artists.artistId and answers.provider = 'spotify' and answers.entity = 'artist'
left join {{ ref('hub_music__int_artist_fields') }} as fields on fields.artistId = artists.artistId
left join {{ ref('hub_music__svc_artist_facts') }} as genres
    on genres.artistId = artists.artistId and genres.field = 'genres' and genres.counts
left join {{ ref('hub_music__svc_artist_facts') }} as tags
    on tags.artistId = artists.artistId and tags.field = 'tags' and tags.counts
