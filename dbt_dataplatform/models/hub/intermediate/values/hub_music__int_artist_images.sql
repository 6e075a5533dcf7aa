-- By width, never by the order they were sent in; what has no width comes last.
with ranked as (
    select
        artistId,
        image.url,
        row_number() over (
            partition by artistId order by image.width desc nulls last, image.height desc nulls last, image.url nulls last
        ) as place
    from {{ ref('lake_spotify__svc_artist_enrichment') }} as enrichment
    cross join unnest(enrichment.images) as image
    where image.url is not null
)

select
    artistId,
    max(if(place = 1, url, null)) as imageUrlLarge,
    max(if(place = 2, url, null)) as imageUrlMedium,
    max(if(place = 3, url, null)) as imageUrlSmall
from ranked
group by artistId
