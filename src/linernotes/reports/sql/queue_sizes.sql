-- How many items are due at each provider now.
select provider, count(*) as items
from {hub}.hub_music__svc_enrichment_queue
group by provider
order by provider
