-- The latest runs, the newest first.
select startedAt, status, found
from {lake}.lake_ops__runs
where command in ('run', 'demo')
order by startedAt desc, endedAt desc
limit 100
