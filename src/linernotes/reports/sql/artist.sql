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
    artists.management,
    coalesce(told.items, []) as spotifyGenres
from {hub}.hub_music__svc_dim_artists as artists
left join {hub}.hub_music__svc_artist_identities as identities on identities.artistId = artists.artistId
left join {hub}.hub_music__svc_artist_facts as told
    on told.artistId = artists.artistId and told.field = 'genres' and told.provider = 'spotify'
where artists.artistId = $artist
