-- A newer answer that does not count: it was far poorer than the one before, whose values are kept.
select
    pages.artistId,
    pages.provider,
    pages.key,
    artists.artistName,
    pages.retrievedAt as keptFrom,
    answers.enrichedAt as answeredAt
from {{ ref('hub_music__int_artist_pages') }} as pages
inner join {{ ref('hub_music__int_enrichment_answers') }} as answers
    on answers.provider = pages.provider and answers.key = pages.key and answers.entity = 'artist'
inner join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = pages.artistId
where answers.enrichedAt > pages.retrievedAt
