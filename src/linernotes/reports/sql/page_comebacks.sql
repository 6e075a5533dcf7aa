-- The artists that came back in a period after the longest time, with their plays before and since.
with plays as (
    select artistId, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $earliest
        and coalesce(startedAt, playedAt) < $until
        and artistId not in unnest($hidden)
),

spans as (
    select
        artistId,
        count(if(heardAt < $since, 1, null)) as playsBefore,
        count(if(heardAt >= $since, 1, null)) as plays,
        max(if(heardAt < $since, heardAt, null)) as leftAt,
        min(if(heardAt >= $since, heardAt, null)) as backAt
    from plays
    group by artistId
)

select
    spans.artistId,
    artistName,
    playsBefore,
    plays,
    leftAt,
    backAt
from spans
left join {hub}.hub_music__svc_dim_artists as known on known.artistId = spans.artistId
where playsBefore >= $fewest and plays >= $fewest
order by
    extract(year from backAt) * 365.25 + extract(dayofyear from backAt)
    - extract(year from leftAt) * 365.25 - extract(dayofyear from leftAt) desc,
    spans.artistId
limit $shown
