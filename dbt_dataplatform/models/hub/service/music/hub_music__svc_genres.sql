with tagged as (  -- a genre that stands twice in a list counts once
    select distinct artistId, genre, popularity, playCount
    from {{ ref('hub_music__svc_dim_artists') }} as artists
    cross join unnest(artists.genres) as genre
)

select
    genre,
    count(*) as artistCount,
    round(avg(popularity), 1) as avgPopularity,
    cast(sum(playCount) as int64) as playCount
from tagged
group by genre
