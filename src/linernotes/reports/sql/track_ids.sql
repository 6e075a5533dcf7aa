-- The ids of a track; within each scheme the surest first.
select
    scheme as field,
    id as value,
    provider,
    confidence,
    evidence,
    place = 1 as counts,
    if(shared, 'other tracks have it too', null) as reason
from {hub}.hub_music__svc_track_ids
where trackId = $track
order by scheme, place
