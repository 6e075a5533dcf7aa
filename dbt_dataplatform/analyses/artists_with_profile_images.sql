-- Artists with a profile image, the most popular first.
select artistId, artistName, imageUrlLarge, popularity
from {{ ref('hub_music__svc_dim_artists') }}
where imageUrlLarge is not null
order by popularity desc nulls last, artistName nulls last, artistId nulls last
limit 20
