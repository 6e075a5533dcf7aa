-- The releases of the artist that were asked about.
select releaseId as key
from {hub}.hub_music__svc_dim_releases
where artistId = $artist and editionCount > 0
