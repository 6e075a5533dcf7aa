-- The artists played most in a period, with their place and plays in the span before it; a play counts for all its artists.
with plays as (
    select
        artistIds,
        count(if(coalesce(startedAt, playedAt) >= $since, 1, null)) as plays,
        count(if(coalesce(startedAt, playedAt) < $since, 1, null)) as playsBefore
    from {hub}.hub_music__svc_fact_plays
    where listened and coalesce(startedAt, playedAt) >= $before and coalesce(startedAt, playedAt) < $until
    group by artistIds
),

counted as (
    select credited as artistId, cast(sum(plays) as int64) as plays, cast(sum(playsBefore) as int64) as playsBefore
    from plays
    cross join unnest(plays.artistIds) as credited
    where credited not in unnest($hidden)
    group by credited
),

ranked as (
    select
        artistId,
        plays,
        playsBefore,
        rank() over (order by plays desc) as place,
        rank() over (order by playsBefore desc) as placeBefore
    from counted
)

select ranked.artistId, artists.artistName, plays, playsBefore, place, placeBefore
from ranked
left join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = ranked.artistId
where plays > 0
order by plays desc, artists.artistName, ranked.artistId
limit $shown
