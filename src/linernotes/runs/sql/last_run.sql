select startedAt, status, reason, asked, failed
from {lake}.lake_ops__runs
where command in ('run', 'demo')
order by startedAt desc, endedAt desc
limit 1
