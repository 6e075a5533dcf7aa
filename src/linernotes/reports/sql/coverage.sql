select provider, artists, enriched, pending, notFound, failed, withoutId, unenrichedArtistCount, pctMissing
from {hub}.hub_music__svc_coverage
order by provider
