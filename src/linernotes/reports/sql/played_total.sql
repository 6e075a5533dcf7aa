-- The plays of a period, and the first and last play of the whole history.
with plays as (
    select msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
)

select
    count(if(heardAt >= $since and heardAt < $until, 1, null)) as plays,
    count(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as timedPlays,
    sum(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as msPlayed,
    min(heardAt) as firstAt,
    max(heardAt) as lastAt
from plays
