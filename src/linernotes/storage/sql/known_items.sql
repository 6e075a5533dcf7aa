-- One item of each provider that it knew when it was asked last.
select provider, entity, key, artistName, trackName, mbid
from {hub}.hub_music__svc_enrichment_items
where provider in unnest($providers) and status = 'enriched'
qualify row_number() over (partition by provider order by enrichedAt desc nulls last, key nulls last) = 1
