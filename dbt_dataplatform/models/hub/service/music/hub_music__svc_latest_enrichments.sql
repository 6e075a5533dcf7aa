select
    cast(enrichedAt as date) as enrichmentDate,
    count(*) as artistCount,
    count(if(array_length(genres) > 0, 1, null)) as artistsWithGenres,
    round(avg(popularity), 1) as avgPopularity,
    cast(round(avg(followerCount)) as int64) as avgFollowers
from {{ ref('hub_music__svc_dim_artists') }}
where enrichedAt is not null
group by enrichmentDate
