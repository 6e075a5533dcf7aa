-- What was played most in a period: artists, tracks, albums, genres, countries or labels. A play counts for every artist that
-- it is credited on, and once for each genre, country and label of these. The row without an id counts those of none.
with plays as (
    select trackId, if($what = 'albums', albumId, null) as albumId, msPlayed, coalesce(startedAt, playedAt) as heardAt
    from {hub}.hub_music__svc_fact_plays
    where listened
),

heard as (
    select
        trackId,
        albumId,
        count(if(heardAt >= $since and heardAt < $until, 1, null)) as plays,
        sum(if(heardAt >= $since and heardAt < $until, msPlayed, null)) as msPlayed,
        min(heardAt) as firstAt,
        max(heardAt) as lastAt
    from plays
    group by trackId, albumId
),

credited as (
    select tracks.trackId, artists.artistId, artists.genres, artists.country, artists.principalLabel
    from {hub}.hub_music__svc_dim_tracks as tracks
    cross join unnest(tracks.artistIds) as told
    inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = told
    where $what not in ('tracks', 'albums')
),

told as (
    select trackId, artistId as id from credited where $what = 'artists'
    union all
    select distinct trackId, genre as id from credited cross join unnest(genres) as genre where $what = 'genres'
    union all
    select distinct trackId, country as id from credited where $what = 'countries' and country is not null
    union all
    select distinct trackId, principalLabel as id from credited where $what = 'labels' and principalLabel is not null
),

keyed as (
    select
        heard.* except (trackId, albumId),
        case $what when 'tracks' then heard.trackId when 'albums' then heard.albumId else told.id end as id
    from heard
    left join told on told.trackId = heard.trackId
),

counted as (
    select
        id,
        cast(sum(plays) as int64) as plays,
        cast(sum(msPlayed) as int64) as msPlayed,
        min(firstAt) as firstAt,
        max(lastAt) as lastAt
    from keyed
    group by id
)

select
    counted.id,
    case $what
        when 'artists' then artists.artistName when 'tracks' then tracks.trackName when 'albums' then albums.albumName
        else counted.id
    end as name,
    coalesce(tracks.artistName, albums.artistName) as artistName,
    plays,
    counted.msPlayed,
    firstAt,
    lastAt
from counted
left join {hub}.hub_music__svc_dim_artists as artists on $what = 'artists' and artists.artistId = counted.id
left join {hub}.hub_music__svc_dim_tracks as tracks on $what = 'tracks' and tracks.trackId = counted.id
left join {hub}.hub_music__svc_dim_albums as albums on $what = 'albums' and albums.albumId = counted.id
where plays > 0
order by counted.id is not null, if($by_hours, counted.msPlayed, plays) desc nulls last, plays desc, name, counted.id
limit $shown
