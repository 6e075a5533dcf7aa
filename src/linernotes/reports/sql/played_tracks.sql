-- The tracks played most in a period.
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
)

select heard.trackId as id, tracks.trackName as name, tracks.artistName, plays, heard.msPlayed, firstAt, lastAt
from heard
left join {hub}.hub_music__svc_dim_tracks as tracks on tracks.trackId = heard.trackId
where plays > 0
order by heard.trackId is not null, if($by_hours, heard.msPlayed, plays) desc nulls last, plays desc, name, heard.trackId
limit $shown
