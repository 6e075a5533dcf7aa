-- Steps of a flow without an end: they were killed, for the flow runs once at a time.
select
    flowRunId,
    flow,
    runDate,
    step,
    place,
    command,
    startedAt,
    endedAt,
    status,
    exitCode,
    seconds,
    records,
    errors,
    reason
from {lake}.lake_ops__steps
where flow = $flow and endedAt is null
