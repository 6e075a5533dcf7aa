-- The track with an id, or the most played one of an artist's name and a title.
select trackId, trackName, artistName, albumName, isrc, recordingMbid, trackUri, tempo, keyText, camelotKey, energy, releaseYear
from {hub}.hub_music__svc_dim_tracks
where trackId = $track or ($track = '' and lower(artistName) = lower($artist) and lower(trackName) = lower($title))
order by playCount desc nulls last, trackId
limit 1
