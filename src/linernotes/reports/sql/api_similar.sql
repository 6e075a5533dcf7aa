-- The neighbours of an artist, the nearest first.
select similarArtistId, similarName, weight, provider, retrievedAt
from {hub}.hub_music__svc_bridge_artist_similar
where artistId = $artist
order by weight desc nulls last, similarName, provider
limit $shown
