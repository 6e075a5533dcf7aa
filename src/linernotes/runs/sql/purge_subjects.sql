-- The names that an artist and its tracks have in exports.
select subjectId
from {hub}.hub_music__svc_stream_matches
where artistId = $artist
