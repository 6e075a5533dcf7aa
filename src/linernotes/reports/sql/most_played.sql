select
    artistName as artist,
    playCount as plays,
    monthlyListeners,
    followerCount as followers,
    principalLabel as label,
    management,
    genres
from {hub}.hub_music__svc_dim_artists
order by playCount desc, artistId
limit $shown
