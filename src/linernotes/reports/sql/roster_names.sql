select rosterName
from {hub}.hub_music__svc_roster
group by rosterName
order by rosterName
