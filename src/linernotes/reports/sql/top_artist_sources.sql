-- The providers of the values of the top artists, and when the oldest value of each was fetched.
select winners.artistId, winners.provider, min(winners.retrievedAt) as retrievedAt
from {hub}.hub_music__stg_artist_winners as winners
inner join {hub}.hub_music__svc_top_artists as top on top.artistId = winners.artistId
where top.rank <= $shown and winners.field in unnest($fields)
group by winners.artistId, winners.provider
order by winners.provider
