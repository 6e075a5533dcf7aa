-- Spotify's recently played, in the columns of the histories that people import.
select
    'spotify_recently_played ' || playId as playId,
    'spotify_recently_played' as source,
    playedAt,
    playedAt as endedAt,
    durationMs as msBefore,
    cast(null as int64) as msPlayed,
    {{ item('artists', 1) }}.name as artistName,
    trackName,
    albumName,
    {{ item('artists', 1) }}.nameKey as artistKey,
    {{ item('artists', 1) }}.nameKey as creditKey,
    titleKey,
    {{ item('artists', 1) }}.nameKey || ' ' || albumKey as albumText,
    trackUri,
    array_to_string(array(select artist.id from unnest(plays.artists) as artist), ' ') as artistIds,
    '' as mbids,
    isrc,
    cast(null as timestamp) as importedAt,
    loadSequence,
    true as listened
from {{ ref('lake_spotify__svc_recently_played') }} as plays
