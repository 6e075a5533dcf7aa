select artistName
from {hub}.hub_music__svc_dim_artists
where starts_with(lower(artistName), lower($start))
order by playCount desc, artistName
limit $shown
