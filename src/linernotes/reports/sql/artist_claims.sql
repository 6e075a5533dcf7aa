-- All claims of ids of an artist; within each scheme those that count come first.
select scheme as field, id as value, provider, method, confidence, retrievedAt, evidence, counts, reason
from {hub}.hub_music__svc_artist_id_claims
where artistId = $artist
order by field, counts desc, confidence desc nulls last, provider, value, method
