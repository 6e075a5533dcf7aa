-- The days of some series of streams since a date.
select
    source,
    seriesId,
    date as day,
    streams,
    listeners,
    saves,
    followers,
    settled,
    restatedFrom
from {hub}.hub_music__svc_fact_streams_daily
where date >= $since and seriesId in unnest($series)
order by source, seriesId, day
