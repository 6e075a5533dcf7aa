-- The releases that decide an artist's label, the newest first.
select releaseId, title, firstReleaseDate, label, labelSource
from {hub}.hub_music__svc_dim_releases as known
cross join unnest(known.artistIds) as credited
where credited = $artist and labelPlace is not null and label is not null
order by labelPlace
limit $shown
