select
    artists.* except (nameOnly, waiting, playCount, discoveredAt),
    if({{ lastfm_confidence('lastfm', 'artists') }} is null, null, lastfm.lastfmUrl) as lastfmUrl
from {{ ref('hub_music__stg_artist_identities') }} as artists
left join {{ ref('lake_lastfm__stg_artist_info') }} as lastfm on lastfm.artistId = artists.artistId
