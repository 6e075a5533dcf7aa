-- The ids of a track that no other track has.
select id as key
from {hub}.hub_music__svc_track_ids
where trackId = $track and not shared
