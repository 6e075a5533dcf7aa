select provider, count(*) as artists, max(answeredAt) as answeredAt, min(artistName) as artistName
from {hub}.hub_music__svc_doubted_answers
group by provider
order by provider
