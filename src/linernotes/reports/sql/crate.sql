-- The tracks of a crate: by keys and tempo where these are asked for, the most played first.
select
    artistName,
    trackName,
    keyText,
    camelotKey,
    openKey,
    round(tempo, 1) as bpm,
    energy,
    danceability,
    label,
    releaseYear as year,
    isrc,
    playCount,
    keySource,
    count(*) over () as matching
from {hub}.hub_music__svc_dim_tracks
where
    (array_length($keys) = 0 or camelotKey in unnest($keys))
    and ($slowest = 0 or tempo >= $slowest)
    and ($fastest = 0 or tempo <= $fastest)
order by playCount desc, artistName, trackName, trackId
limit $shown
