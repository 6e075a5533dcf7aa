-- What the commands that began since an instant have loaded, what failed in them, and whether one ended early.
select
    count(*) as runs,
    sum(loaded) as records,
    sum(failed + rejected) as errors,
    coalesce(max(if(status = 'partial', 1, 0)), 0) = 1 as isPartial,
    max(if(status = 'partial', reason, null)) as reason
from {lake}.lake_ops__runs
where startedAt >= $since
