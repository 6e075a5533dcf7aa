-- The track with an id, else with a code, else the most played one of an artist's name and a title.
select trackId, trackName, artistName, albumName, isrc, recordingMbid, trackUri, tempo, keyText, camelotKey, energy, releaseYear
from {hub}.hub_music__svc_dim_tracks
where
    trackId = $track
    or ($uri != '' and trackUri = $uri)
    or ($isrc != '' and isrc = $isrc)
    or ($title != '' and lower(artistName) = lower($artist) and lower(trackName) = lower($title))
order by
    ($uri != '' and coalesce(trackUri, '') = $uri) desc, ($isrc != '' and coalesce(isrc, '') = $isrc) desc,
    playCount desc nulls last, trackId
limit 1
