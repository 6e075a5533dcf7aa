-- The plays of a period by the clock of a place: months, weekdays from 0 for Sunday, and hours.
with plays as (
    select msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
)

select
    cast(extract(year from heardAt at time zone $zone) as int64) as year,
    cast(extract(month from heardAt at time zone $zone) as int64) as month,
    -- the day of the week of a Sunday is 0 in one engine and 1 in the other
    cast(extract(dayofweek from heardAt at time zone $zone) as int64)
    - cast(extract(dayofweek from date '2023-01-01') as int64) as weekday,
    cast(extract(hour from heardAt at time zone $zone) as int64) as hour,
    count(*) as plays,
    count(msPlayed) as timedPlays,
    cast(sum(msPlayed) as int64) as msPlayed
from plays
where heardAt >= $since and heardAt < $until
group by year, month, weekday, hour
