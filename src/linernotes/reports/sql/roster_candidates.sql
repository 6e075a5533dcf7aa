-- What is known of the artists who bear a name of a roster's row, so that a person can tell them apart.
with candidates as (
    select distinct candidate as artistId
    from {hub}.hub_music__svc_roster as roster
    cross join unnest(roster.candidates) as candidate
    where ($roster = '' or roster.rosterName = $roster) and roster.why = 'several_artists'
)

select artists.artistId, artists.followerCount, artists.lastfmListeners, artists.listenerCount, artists.country, artists.genres
from candidates
inner join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = candidates.artistId
order by artists.artistId
