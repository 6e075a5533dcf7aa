-- The history up to the end of a period by months and by years, all made of plays that are added up once by their first artists:
--   genre: the plays of years or months by genre. Each artist's plays are divided by its number of genres; without a name,
--     the plays for which none is known.
--   arrival: the plays of months of the genres played most, each with the first artist played most for it.
--   found: the plays of years by the year in which their artists were first heard, and the number of those artists.
--   variety: how broadly the years or months of the period were listened to: the number of equally played artists that would be
--     as varied, which is e to the entropy of the plays, and the plays of the five artists played most.
with heard as (
    select
        artistId,
        cast(extract(year from coalesce(startedAt, playedAt) at time zone $zone) as int64) as year,
        cast(extract(month from coalesce(startedAt, playedAt) at time zone $zone) as int64) as monthOfYear,
        count(*) as plays,
        count(if(coalesce(startedAt, playedAt) >= $since, 1, null)) as playsWithin
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $earliest
        and coalesce(startedAt, playedAt) < $until
    group by artistId, year, monthOfYear
),

genre_heard as (
    select artistId, year, if($monthly, monthOfYear, 0) as month, sum(plays) as plays
    from heard
    where coalesce(artistId, '') not in unnest($hidden)
    group by artistId, year, month
),

genre_artists as (
    select
        genre_heard.*,
        artistName,
        coalesce(array_length(genres), 0) as number,
        if(coalesce(array_length(genres), 0) = 0, [''], genres) as genres
    from genre_heard
    left join {hub}.hub_music__svc_dim_artists as known on known.artistId = genre_heard.artistId
),

genre_parts as (
    select year, month, artistId, artistName, nullif(genre, '') as genre, sum(plays) / greatest(max(number), 1) as plays
    from genre_artists
    cross join unnest(genre_artists.genres) as genre
    group by year, month, artistId, artistName, genre
),

genre_placed as (
    select
        *, row_number() over (partition by year, month, genre order by plays desc, artistName nulls last, artistId nulls last) as place
    from genre_parts
),

tagged as (
    select distinct artistId, artistName, genre
    from {hub}.hub_music__svc_dim_artists as known
    cross join unnest(known.genres) as genre
    where artistId not in unnest($hidden)
),

totals as (
    select artistId, sum(plays) as plays
    from heard
    group by artistId
),

frequent as (
    select genre, sum(plays) as plays
    from totals
    inner join tagged on tagged.artistId = totals.artistId
    group by genre
    order by plays desc, genre
    limit $genres
),

arrival_placed as (
    select
        tagged.genre,
        year,
        monthOfYear as month,
        artistName,
        heard.plays,
        row_number() over (
            partition by tagged.genre, year, monthOfYear order by heard.plays desc, artistName nulls last, heard.artistId
        ) as place
    from heard
    inner join tagged on tagged.artistId = heard.artistId
    inner join frequent on frequent.genre = tagged.genre
),

dated as (
    select year, sum(plays) as plays, min(min(year)) over (partition by artistId) as foundIn
    from heard
    where artistId is not null
    group by artistId, year
),

varied as (
    select artistId, year, if($few_months, monthOfYear, 0) as month, sum(playsWithin) as plays
    from heard
    where artistId is not null and playsWithin > 0
    group by artistId, year, month
),

varied_parts as (
    select
        year,
        month,
        plays,
        plays / sum(plays) over (partition by year, month) as part,
        row_number() over (partition by year, month order by plays desc) as place
    from varied
)

select
    'genre' as kind,
    year,
    month,
    genre as name,
    year as foundIn,
    sum(plays) as plays,
    count(*) as artists,
    max(if(place = 1, artistName, null)) as topArtist,
    max(plays) as topPlays,
    0.0 as variety
from genre_placed
group by year, month, genre
union all
select
    'arrival' as kind,
    year,
    month,
    genre as name,
    year as foundIn,
    sum(plays) / 1 as plays,
    count(*) as artists,
    max(if(place = 1, artistName, null)) as topArtist,
    max(plays) / 1 as topPlays,
    0.0 as variety
from arrival_placed
group by genre, year, month
union all
select
    'found' as kind,
    year,
    0 as month,
    null as name,
    foundIn,
    sum(plays) / 1 as plays,
    count(*) as artists,
    null as topArtist,
    0.0 as topPlays,
    0.0 as variety
from dated
group by year, foundIn
union all
select
    'variety' as kind,
    year,
    month,
    null as name,
    year as foundIn,
    sum(plays) / 1 as plays,
    count(*) as artists,
    null as topArtist,
    sum(if(place <= 5, plays, 0)) / 1 as topPlays,
    exp(-sum(part * ln(part))) as variety
from varied_parts
group by year, month
order by kind, year, month, foundIn
