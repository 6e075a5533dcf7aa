-- Each series of streams by the day: its first and newest day, the last that no longer changes, and the most and the least
-- streams of such a day since a date.
select
    days.seriesId,
    days.source,
    max(days.level) as level,
    max(days.artistName) as artistName,
    max(days.trackName) as trackName,
    max(tracks.releaseDate) as releaseDate,
    min(days.date) as firstDay,
    max(days.date) as newest,
    max(if(days.settled, days.date, null)) as settledUntil,
    max(if(days.settled and days.date >= $since, days.streams, null)) as most,
    min(if(days.settled and days.date >= $since, days.streams, null)) as least
from {hub}.hub_music__svc_fact_streams_daily as days
left join {hub}.hub_music__svc_dim_tracks as tracks on tracks.trackId = days.trackId
where days.streams is not null
group by days.seriesId, days.source
order by days.source, artistName, trackName, days.seriesId
