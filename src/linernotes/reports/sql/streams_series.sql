-- The series of streams since a date, of all artists or of one, by its name or its id; days without a figure add nothing.
select
    source,
    level,
    artistId,
    max(artistName) as artistName,
    trackId,
    max(trackName) as trackName,
    seriesId,
    min(date) as firstDay,
    max(date) as lastDay,
    cast(sum(streams) as int64) as streams,
    cast(sum(saves) as int64) as saves,
    cast(sum(playlistAdds) as int64) as playlistAdds,
    count(restatedFrom) as restatedDays
from {hub}.hub_music__svc_fact_streams_daily
where date >= $since and ($artist = '' or artistId = $artist or lower(artistName) = lower($artist))
group by source, level, artistId, trackId, seriesId
order by streams desc nulls last, source, seriesId
limit $shown
