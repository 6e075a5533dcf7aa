select distinct runId, durationSeconds
from {hub}.hub_music__svc_provider_metrics
where durationSeconds is not null
