select provider, field, kind, since, answers, share, previousShare
from {hub}.hub_music__svc_field_alarms
order by provider, field
