select provider, keptFrom, answeredAt
from {hub}.hub_music__svc_doubted_answers
where artistId = $artist
order by provider
