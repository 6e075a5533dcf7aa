-- Tracks whose settled days since a date are the same figure for figure, of one service: a file under two titles, perhaps.
with written as (
    select
        seriesId,
        source,
        max(artistName) as artistName,
        max(trackName) as trackName,
        min(date) as firstDay,
        max(date) as lastDay,
        count(*) as dayCount,
        max(streams) as most,
        string_agg(cast(streams as string), ' ' order by date) as figures
    from {hub}.hub_music__svc_fact_streams_daily
    where level = 'track' and settled and date >= $since and streams is not null
    group by seriesId, source
)

select
    one.source,
    one.seriesId,
    one.artistName,
    one.trackName,
    other.seriesId as otherId,
    other.artistName as otherArtist,
    other.trackName as otherTrack,
    one.dayCount,
    one.firstDay,
    one.lastDay
from written as one
inner join written as other
    on
        other.source = one.source
        and other.firstDay = one.firstDay
        and other.lastDay = one.lastDay
        and other.figures = one.figures
        and other.seriesId > one.seriesId
where one.dayCount >= $least_days and one.most >= $floor
order by one.source, one.seriesId, other.seriesId
