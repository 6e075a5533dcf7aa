select provider, min(dueAt) as due
from {hub}.hub_music__stg_enrichment_queue
where dueAt > $now
group by provider
