select artistId, artistName, enrichedAt, daysSinceEnrichment
from {hub}.hub_music__svc_stale_artists
where daysSinceEnrichment >= $days
order by daysSinceEnrichment desc, artistId
limit $shown
