-- The albums played most in a period. The row without an id is of plays without an album.
with plays as (
    select albumId, msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
),

heard as (
    select
        albumId,
        count(if(heardAt >= $since and heardAt < $until, 1, null)) as plays,
        sum(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as msPlayed,
        min(heardAt) as firstAt,
        max(heardAt) as lastAt
    from plays
    group by albumId
)

select heard.albumId as id, albums.albumName as name, albums.artistName, plays, heard.msPlayed, firstAt, lastAt
from heard
left join {hub}.hub_music__svc_dim_albums as albums on albums.albumId = heard.albumId
where plays > 0
order by heard.albumId is not null, if($by_hours, heard.msPlayed, plays) desc nulls last, plays desc, name, heard.albumId
limit $shown
