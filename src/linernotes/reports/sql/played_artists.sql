-- The artists played most in a period, each with every play it is credited on; the row without an id is of no known artist.
with plays as (
    select trackId, msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
),

heard as (
    select
        trackId,
        count(if(heardAt >= $since and heardAt < $until, 1, null)) as plays,
        sum(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as msPlayed,
        min(heardAt) as firstAt,
        max(heardAt) as lastAt
    from plays
    group by trackId
),

told as (
    select tracks.trackId, credited as id
    from {hub}.hub_music__svc_dim_tracks as tracks
    cross join unnest(tracks.artistIds) as credited
),

counted as (
    select
        told.id,
        cast(sum(plays) as int64) as plays,
        cast(sum(msPlayed) as int64) as msPlayed,
        min(firstAt) as firstAt,
        max(lastAt) as lastAt
    from heard
    left join told on told.trackId = heard.trackId
    group by told.id
)

select counted.id, artists.artistName as name, cast(null as string) as artistName, plays, counted.msPlayed, firstAt, lastAt
from counted
left join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = counted.id
where plays > 0
order by counted.id is not null, if($by_hours, counted.msPlayed, plays) desc nulls last, plays desc, name, counted.id
limit $shown
