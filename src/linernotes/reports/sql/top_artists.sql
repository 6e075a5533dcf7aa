select
    top.rank,
    top.artistId,
    top.artistName,
    top.monthlyListeners,
    top.principalLabel,
    top.management,
    top.opportunityScore,
    top.scoreVersion,
    top.spotifyUrl,
    artists.genres
from {hub}.hub_music__svc_top_artists as top
inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = top.artistId
where top.rank <= $shown
order by top.rank
