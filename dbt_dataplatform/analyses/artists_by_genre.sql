-- Artists of a genre, the most popular first.
select artistId, artistName, popularity, followerCount, genres
from {{ ref('hub_music__svc_dim_artists') }} as artists
where exists (select 1 from unnest(artists.genres) as genre where genre = 'indie rock')
order by popularity desc nulls last, artistName nulls last, artistId nulls last
limit 20
