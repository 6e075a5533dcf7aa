-- All values of a release; within each field the selected one comes first.
select field, value, provider, retrievedAt, confidence, licence, evidence, counts
from {hub}.hub_music__svc_release_values
where releaseId = $release
order by field, counts desc, provider
