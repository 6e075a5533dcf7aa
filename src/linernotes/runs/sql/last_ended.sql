-- The command that ended last, after which the tables may be others.
select runId, endedAt
from {lake}.lake_ops__runs
where endedAt is not null
order by endedAt desc, runId
limit 1
