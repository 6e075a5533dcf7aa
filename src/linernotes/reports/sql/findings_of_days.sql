-- The settled days since a date of those series of streams that reach a floor, and have a day far below their best one.
with ranges as (
    select
        seriesId,
        source,
        max(streams) as most,
        min(streams) as least
    from {hub}.hub_music__svc_fact_streams_daily
    where settled and date >= $since and streams is not null
    group by seriesId, source
)

select
    days.seriesId,
    days.source,
    days.date as day,
    days.streams
from {hub}.hub_music__svc_fact_streams_daily as days
inner join ranges on ranges.seriesId = days.seriesId and ranges.source = days.source
where
    days.settled
    and days.date >= $since
    and days.streams is not null
    and ranges.most >= $floor
    and ranges.least < $kept_share * ranges.most
order by days.source, days.seriesId, days.date
