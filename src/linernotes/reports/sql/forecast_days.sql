-- The settled days of series of streams since a date, of all artists or of one, by its name or its id.
select
    source,
    seriesId,
    artistName,
    trackName,
    date as day,
    streams
from {hub}.hub_music__svc_fact_streams_daily
where
    settled
    and date >= $since
    and streams is not null
    and ($artist = '' or artistId = $artist or lower(artistName) = lower($artist))
order by source, artistName, trackName, seriesId, date
