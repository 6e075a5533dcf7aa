-- Artists in the order of their ids, behind one of them.
select
    artistId,
    artistName,
    genres,
    country,
    monthlyListeners,
    followerCount,
    popularity,
    principalLabel,
    enrichmentStatus
from {hub}.hub_music__svc_dim_artists as artists
where
    artistId > $after
    and ($q = '' or strpos(lower(artistName), lower($q)) > 0)
    and ($genre = '' or exists (select 1 from unnest(artists.genres) as genre where genre = $genre))
    and ($country = '' or country = $country)
    and ($listeners = 0 or monthlyListeners >= $listeners)
order by artistId
limit $shown
