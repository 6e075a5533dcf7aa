-- The artists never played to which the artists of a period point, with those that point there most.
with heard as (
    select artistId, count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $since
        and coalesce(startedAt, playedAt) < $until
        and artistId not in unnest($hidden)
    group by artistId
),

told as (
    select artistId, similarArtistId, similarName, max(weight) as weight
    from {hub}.hub_music__svc_bridge_artist_similar
    where similarName is not null
    group by artistId, similarArtistId, similarName
),

known as (
    select artistId, lower(artistName) as name
    from {hub}.hub_music__svc_dim_artists
    where playCount > 0
),

pointing as (
    select similarName, artistName, weight * ln(1 + plays) as strength
    from told
    inner join heard on heard.artistId = told.artistId
    inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = told.artistId
    where
        coalesce(similarArtistId, '') not in (select artistId from known)
        and lower(similarName) not in (select name from known where name is not null)
        and coalesce(similarArtistId, '') not in unnest($hidden)
),

placed as (
    select *, row_number() over (partition by similarName order by strength desc, artistName) as place
    from pointing
)

select
    similarName,
    sum(strength) as strength,
    count(*) as artists,
    max(if(place = 1, artistName, null)) as firstArtist,
    max(if(place = 2, artistName, null)) as secondArtist
from placed
group by similarName
order by strength desc, similarName
limit $shown
