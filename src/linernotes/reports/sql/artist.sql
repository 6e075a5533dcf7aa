select
    artists.artistId,
    artists.artistName,
    identities.spotifyId,
    artists.spotifyUrl,
    identities.wikidataId,
    artists.genres,
    artists.popularity,
    artists.followerCount,
    artists.monthlyListeners,
    artists.principalLabel,
    artists.management
from {hub}.hub_music__svc_dim_artists as artists
left join {hub}.hub_music__svc_artist_identities as identities on identities.artistId = artists.artistId
where artists.artistId = $artist
