-- The tracks that were looked up to find the artist.
select distinct lookups.key
from {hub}.hub_music__int_lookups as lookups
inner join {hub}.hub_music__int_track_credits as credits on credits.mentionId = lookups.mentionId
where credits.artistId = $artist
