-- The tracks of an artist that were played most in a period.
with tracks as (
    select trackId, trackName
    from {hub}.hub_music__svc_dim_tracks as known
    cross join unnest(known.artistIds) as credited
    where credited = $artist
)

select
    tracks.trackId as id,
    tracks.trackName as name,
    count(*) as plays,
    cast(sum(msPlayed) as int64) as msPlayed,
    min(coalesce(startedAt, playedAt)) as firstAt,
    max(coalesce(startedAt, playedAt)) as lastAt
from {hub}.hub_music__svc_fact_plays as facts
inner join tracks on tracks.trackId = facts.trackId
where listened and coalesce(startedAt, playedAt) >= $since and coalesce(startedAt, playedAt) < $until
group by tracks.trackId, tracks.trackName
order by plays desc, name, id
limit $shown
