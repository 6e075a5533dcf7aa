-- The plays of all years or months up to the end of a period by the genres of their first artists. Each artist's plays are
-- divided by its number of genres; the rows without a genre count the plays for which none is known.
with heard as (
    select
        artistId,
        cast(extract(year from coalesce(startedAt, playedAt) at time zone $zone) as int64) as year,
        if($monthly, cast(extract(month from coalesce(startedAt, playedAt) at time zone $zone) as int64), 0) as month,
        count(*) as plays
    from {hub}.hub_music__svc_fact_plays
    where
        listened
        and coalesce(startedAt, playedAt) >= $earliest
        and coalesce(startedAt, playedAt) < $until
        and coalesce(artistId, '') not in unnest($hidden)
    group by artistId, year, month
),

artists as (
    select
        heard.*,
        artistName,
        coalesce(array_length(genres), 0) as number,
        if(coalesce(array_length(genres), 0) = 0, [''], genres) as genres
    from heard
    left join {hub}.hub_music__svc_dim_artists as known on known.artistId = heard.artistId
),

parts as (
    select year, month, artistId, artistName, nullif(genre, '') as genre, sum(plays) / greatest(max(number), 1) as plays
    from artists
    cross join unnest(artists.genres) as genre
    group by year, month, artistId, artistName, genre
),

placed as (
    select
        *, row_number() over (partition by year, month, genre order by plays desc, artistName nulls last, artistId nulls last) as place
    from parts
)

select year, month, genre, sum(plays) as plays, max(if(place = 1, artistName, null)) as topArtist, max(plays) as topPlays
from placed
group by year, month, genre
