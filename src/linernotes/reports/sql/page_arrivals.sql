-- The genres played most, month by month up to the end of a period, and the first artist played most for each in a month.
with heard as (
    select
        artistId,
        cast(extract(year from coalesce(startedAt, playedAt) at time zone $zone) as int64) as year,
        cast(extract(month from coalesce(startedAt, playedAt) at time zone $zone) as int64) as month,
        count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $earliest
        and coalesce(startedAt, playedAt) < $until
        and artistId not in unnest($hidden)
    group by artistId, year, month
),

totals as (
    select artistId, sum(plays) as plays
    from heard
    group by artistId
),

tagged as (
    select distinct artistId, artistName, genre
    from {hub}.hub_music__svc_dim_artists as known
    cross join unnest(known.genres) as genre
),

frequent as (
    select genre, sum(plays) as plays
    from totals
    inner join tagged on tagged.artistId = totals.artistId
    group by genre
    order by plays desc, genre
    limit $genres
),

parts as (
    select tagged.genre, year, month, heard.artistId, artistName, heard.plays
    from heard
    inner join tagged on tagged.artistId = heard.artistId
    inner join frequent on frequent.genre = tagged.genre
),

placed as (
    select
        *, row_number() over (partition by genre, year, month order by plays desc, artistName nulls last, artistId) as place
    from parts
)

select genre, year, month, cast(sum(plays) as int64) as plays, max(if(place = 1, artistName, null)) as topArtist
from placed
group by genre, year, month
