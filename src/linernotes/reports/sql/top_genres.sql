select genre, playCount as plays, artistCount as artists, avgPopularity as popularity
from {hub}.hub_music__svc_genres
order by playCount desc, artistCount desc, genre
limit $shown
