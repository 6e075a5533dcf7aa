select
    rosterName,
    rowNumber,
    artistId,
    artistName,
    givenName,
    why,
    candidates,
    ownColumns
from {hub}.hub_music__svc_roster
where ($roster = '' or rosterName = $roster) and (why is not null or not $unresolved)
order by rosterName, rowNumber
