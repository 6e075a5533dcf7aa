with listed as (
    select top.*, row_number() over (order by top.rank nulls last) as place
    from {hub}.hub_music__svc_top_artists as top
    where
        $roster = ''
        or top.artistId in (select artistId from {hub}.hub_music__svc_roster where rosterName = $roster and artistId is not null)
)

select
    top.rank,
    top.artistId,
    top.artistName,
    top.monthlyListeners,
    top.principalLabel,
    top.labelStatus,
    top.formerLabel,
    top.management,
    top.opportunityScore,
    top.scoreVersion,
    top.spotifyUrl,
    artists.genres,
    scores.reach,
    scores.fame,
    artists.followerCount,
    artists.popularity,
    artists.lastfmListeners,
    artists.listenerCount,
    artists.fans,
    artists.country,
    artists.playCount
from listed as top
inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = top.artistId
inner join {hub}.hub_music__svc_artist_scores as scores on scores.artistId = top.artistId
where top.place <= $shown
order by top.rank
