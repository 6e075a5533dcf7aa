-- Steps of flows that failed since an instant; later is true if the flow has begun again since and no step of it failed.
-- A step that still runs has no end, and the flow that begins next gives one to a step that was killed.
with runs as (
    select
        flowRunId,
        flow,
        min(startedAt) as beganAt,
        max(if(status = 'failed', 1, 0)) as isBad
    from {lake}.lake_ops__steps
    where startedAt >= $since
    group by flowRunId, flow
),

followed as (
    select
        *,
        max(if(isBad = 1, null, beganAt)) over (partition by flow) as wellAt
    from runs
)

select
    steps.flowRunId,
    steps.flow,
    steps.runDate,
    steps.step,
    steps.reason,
    coalesce(followed.wellAt > followed.beganAt, false) as later
from {lake}.lake_ops__steps as steps
inner join followed on followed.flowRunId = steps.flowRunId
where steps.status = 'failed' and steps.endedAt is not null
order by followed.beganAt, steps.place
