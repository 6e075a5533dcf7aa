select max(startedAt) as last
from {lake}.lake_ops__runs
where command in ('run', 'demo') and status in unnest($complete)
