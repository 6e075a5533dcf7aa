select provider, reason, count(*) as items
from {lake}.lake_ops__attempts
where runId = $run and outcome = 'failed'
group by provider, reason
order by items desc, provider, reason
