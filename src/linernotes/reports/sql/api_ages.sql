-- When each of some artists was enriched.
select artistId, enrichmentStatus, enrichedAt
from {hub}.hub_music__svc_dim_artists
where artistId in unnest($artists)
