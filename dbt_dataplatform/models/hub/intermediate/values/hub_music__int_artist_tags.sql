-- Of pages that are surely the artist's. Nothing is dropped here, only marked.
select
    told.*,
    spellings.genre as canonicalGenre,
    isGenre or (spellings.genre is not null and told.tagKey != coalesce(artists.nameKey, '')) as kept
from {{ ref('hub_music__int_tags_told') }} as told
left join {{ ref('genre_spellings') }} as spellings on spellings.spelling = told.tagKey
left join {{ ref('hub_music__int_artists') }} as artists on artists.artistId = told.artistId
