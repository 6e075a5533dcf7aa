-- The artists first heard in a period, with all their plays since, the most played first.
with tracks as (
    select
        trackId,
        count(*) as plays,
        sum(msPlayed) as msPlayed,
        min(coalesce(startedAt, playedAt)) as firstAt,
        max(coalesce(startedAt, playedAt)) as lastAt
    from {hub}.hub_music__svc_fact_plays
    where listened
    group by trackId
),

credits as (
    select trackId, credited as artistId
    from {hub}.hub_music__svc_dim_tracks as known
    cross join unnest(known.artistIds) as credited
),

artists as (
    select
        credits.artistId,
        sum(plays) as plays,
        sum(msPlayed) as msPlayed,
        min(firstAt) as firstAt,
        max(lastAt) as lastAt
    from credits
    inner join tracks on tracks.trackId = credits.trackId
    group by credits.artistId
)

select
    artists.artistId,
    known.artistName,
    cast(plays as int64) as plays,
    cast(artists.msPlayed as int64) as msPlayed,
    firstAt,
    lastAt,
    count(*) over () as discovered
from artists
left join {hub}.hub_music__svc_dim_artists as known on known.artistId = artists.artistId
where firstAt >= $since and firstAt < $until
order by plays desc, artistName, artists.artistId
limit $shown
