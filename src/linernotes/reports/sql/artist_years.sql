-- How often an artist was played since each beginning, up to the end of a period: differences give the plays of each year.
with tracks as (
    select trackId, trackName
    from {hub}.hub_music__svc_dim_tracks as known
    cross join unnest(known.artistIds) as credited
    where credited = $artist
),

plays as (
    select msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays as facts
    inner join tracks on tracks.trackId = facts.trackId
    where listened
)

select
    beginning,
    count(*) as plays,
    count(msPlayed) as timedPlays,
    cast(coalesce(sum(msPlayed), 0) as int64) as msPlayed,
    min(heardAt) as firstAt,
    max(heardAt) as lastAt
from plays
cross join unnest($beginnings) as beginning
where heardAt >= beginning and heardAt >= $since and heardAt < $until
group by beginning
order by beginning
