select provider, min(dueAt) as due
from {hub}.hub_music__svc_enrichment_items
where dueAt > $now
group by provider
