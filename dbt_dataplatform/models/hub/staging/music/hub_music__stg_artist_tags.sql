-- Of pages that are surely the artist's. Nothing is dropped here, only marked.
select
    told.*,
    spellings.genre as canonicalGenre,
    isGenre or (spellings.genre is not null and {{ folded('told.tag') }} != coalesce({{ folded('artists.artistName') }}, '')) as kept
from {{ ref('hub_music__stg_told_tags') }} as told
left join {{ ref('hub_music__stg_genre_spellings') }} as spellings on spellings.spelling = {{ folded('told.tag') }}
left join {{ ref('hub_music__svc_artist_identities') }} as artists on artists.artistId = told.artistId
