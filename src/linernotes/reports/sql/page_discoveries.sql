-- The plays of each year by the year in which their first artists were first heard, and the number of those artists.
with heard as (
    select
        artistId,
        cast(extract(year from coalesce(startedAt, playedAt) at time zone $zone) as int64) as year,
        count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $earliest
        and coalesce(startedAt, playedAt) < $until
        and artistId is not null
    group by artistId, year
),

dated as (
    select year, plays, min(year) over (partition by artistId) as foundIn
    from heard
)

select year, foundIn, cast(sum(plays) as int64) as plays, count(*) as artists
from dated
group by year, foundIn
order by year, foundIn
