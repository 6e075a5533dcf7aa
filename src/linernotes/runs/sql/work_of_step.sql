-- What the command of a step of a flow has loaded, what failed in it, and whether it ended early.
select
    count(*) as runs,
    sum(loaded) as records,
    sum(failed + rejected) as errors,
    coalesce(max(if(status = 'partial', 1, 0)), 0) = 1 as isPartial,
    max(if(status = 'partial', reason, null)) as reason
from {lake}.lake_ops__runs
where startedBy = $step
