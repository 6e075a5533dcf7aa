-- Enriched or not, played or only imported: nobody gets lost on the way to the dimension.
select discovered.artistId
from {{ ref('hub_music__int_artists') }} as discovered
left join {{ ref('hub_music__svc_dim_artists') }} as dimension on dimension.artistId = discovered.artistId
where dimension.artistId is null
