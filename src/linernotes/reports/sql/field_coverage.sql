select provider, field, day, answers, filled, filledShare, previousShare, trend, dark
from {hub}.hub_music__svc_field_coverage
where true
qualify row_number() over (partition by provider, field order by day desc) = 1
order by provider, field
