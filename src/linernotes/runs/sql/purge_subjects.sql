-- The names that an artist with its tracks, or a track, has in exports.
select subjectId
from {hub}.hub_music__svc_stream_matches
where artistId = $subject or trackId = $subject
