select
    scores.opportunityScore,
    scores.reach,
    scores.fame,
    scores.scoreVersion,
    scores.scoreInputs,
    artists.playCount,
    artists.msPlayed,
    artists.firstPlayedAt,
    artists.lastPlayedAt
from {hub}.hub_music__svc_dim_artists as artists
inner join {hub}.hub_music__svc_artist_scores as scores on scores.artistId = artists.artistId
where artists.artistId = $artist
