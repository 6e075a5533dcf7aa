-- The providers of the values of the top artists, and when the oldest value of each was fetched.
select facts.artistId, facts.provider, min(facts.retrievedAt) as retrievedAt
from {hub}.hub_music__svc_artist_facts as facts
inner join {hub}.hub_music__svc_top_artists as top on top.artistId = facts.artistId
where top.rank <= $shown and facts.counts and facts.field in unnest($fields)
group by facts.artistId, facts.provider
order by facts.provider
