-- The genres with the most artists.
select genre, artistCount, avgPopularity
from {{ ref('hub_music__svc_genres') }}
order by artistCount desc nulls last, genre nulls last
limit 30
