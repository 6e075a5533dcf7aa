-- All values of an artist; within each field the selected one comes first.
select field, value, provider, retrievedAt, confidence, licence, evidence, counts
from {hub}.hub_music__svc_artist_facts
where artistId = $artist
order by field, counts desc, provider
