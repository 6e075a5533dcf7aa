-- The label of an artist by its releases, and how many of these tell one.
select method, releases, provider
from {hub}.hub_music__svc_artist_labels
where artistId = $artist
