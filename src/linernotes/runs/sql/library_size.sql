select
    count(*) as artists,
    coalesce(sum(case when enrichmentStatus = 'enriched' then 1 else 0 end), 0) as enriched,
    coalesce(sum(case when enrichmentStatus = 'not_found' then 1 else 0 end), 0) as notFound,
    coalesce(sum(case when enrichmentStatus = 'failed' then 1 else 0 end), 0) as failed,
    coalesce(sum(case when enrichmentStatus = 'pending' and artistId like 'name:%' then 1 else 0 end), 0) as unresolved
from {hub}.hub_music__svc_dim_artists
