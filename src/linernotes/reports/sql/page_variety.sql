-- How broadly a period was listened to, month by month: the number of equally played artists that would be as varied, which is
-- e to the entropy of the plays, and the plays of the five artists played most.
with heard as (
    select
        artistId,
        cast(extract(year from coalesce(startedAt, playedAt) at time zone $zone) as int64) as year,
        if($monthly, cast(extract(month from coalesce(startedAt, playedAt) at time zone $zone) as int64), 0) as month,
        count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $since
        and coalesce(startedAt, playedAt) < $until
        and artistId is not null
    group by artistId, year, month
),

parts as (
    select
        year,
        month,
        plays,
        plays / sum(plays) over (partition by year, month) as part,
        row_number() over (partition by year, month order by plays desc) as place
    from heard
)

select
    year,
    month,
    cast(sum(plays) as int64) as plays,
    count(*) as artists,
    exp(-sum(part * ln(part))) as variety,
    cast(sum(if(place <= 5, plays, 0)) as int64) as topPlays
from parts
group by year, month
order by year, month
