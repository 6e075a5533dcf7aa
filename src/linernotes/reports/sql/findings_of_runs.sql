-- Runs that failed, or asked in vain for most of what they asked for, since an instant; later is true if the command has
-- run well since then. A mail that could not be sent is tried again by the alert itself.
with judged as (
    select
        runId,
        command,
        startedAt,
        reason,
        asked,
        failed,
        status = 'failed' as isFailed,
        status = 'failed' or failed > $failed_share * asked as isBad
    from {lake}.lake_ops__runs
    where startedAt >= $since and command != 'alert'
),

followed as (
    select
        *,
        max(if(isBad, null, startedAt)) over (partition by command) as wellAt
    from judged
)

select
    runId,
    command,
    startedAt,
    reason,
    asked,
    failed,
    isFailed,
    coalesce(wellAt > startedAt, false) as later
from followed
where isBad
order by startedAt, runId
