-- A period in numbers beside the same span before it. A play counts for every artist that it is credited on.
with plays as (
    select trackId, artistIds, msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
),

total as (
    select
        count(if(heardAt >= $since and heardAt < $until, 1, null)) as plays,
        count(if(heardAt >= $before and heardAt < $since, 1, null)) as playsBefore,
        count(distinct if(heardAt >= $since and heardAt < $until, trackId, null)) as tracks,
        count(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as timedPlays,
        cast(sum(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as int64) as msPlayed,
        count(if(heardAt < $earliest or heardAt > $now, 1, null)) as misdatedPlays,
        min(if(heardAt >= $earliest and heardAt <= $now, heardAt, null)) as firstAt,
        max(if(heardAt >= $earliest and heardAt <= $now, heardAt, null)) as lastAt
    from plays
),

credits as (
    select artistIds, min(heardAt) as firstAt, max(if(heardAt >= $since and heardAt < $until, 1, 0)) as heard
    from plays
    where heardAt >= $earliest and heardAt < $until
    group by artistIds
),

artists as (
    select credited as artistId, min(firstAt) as firstAt
    from credits
    cross join unnest(credits.artistIds) as credited
    group by credited
    having max(heard) = 1
)

select
    total.*,
    (select count(*) from artists) as artists,
    (select count(*) from artists where firstAt >= $since) as newArtists
from total
