select
    artists.*,
    lastfm.lastfmUrl
from {{ ref('hub_music__stg_artist_identities') }} as artists
left join {{ ref('hub_music__stg_lastfm_answers') }} as lastfm on lastfm.artistId = artists.artistId
