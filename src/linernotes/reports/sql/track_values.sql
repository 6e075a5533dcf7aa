-- All values of a track; within each field the selected one comes first.
select field, value, provider, retrievedAt, confidence, licence, evidence, counts
from {hub}.hub_music__svc_track_values
where trackId = $track
order by field, counts desc, provider
