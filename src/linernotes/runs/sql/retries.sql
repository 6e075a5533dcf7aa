-- The items whose newest answer is a miss that would be taken back, and is not yet.
with attempts as (
    select attempts.*, retries.decidedAt as takenBackAt
    from {lake}.lake_ops__attempts as attempts
    left join {lake}.lake_manual__normalized_retries as retries
        on
            retries.provider = attempts.provider
            and attempts.attemptedAt between retries.since and retries.until
            and coalesce(retries.reason, attempts.reason, '') = coalesce(attempts.reason, '')
            and coalesce(retries.runId, attempts.runId, '') = coalesce(attempts.runId, '')
    where
        attempts.provider = $provider
        and coalesce(attempts.reason, '') not in ('quota_exceeded', 'rate_limited')
        and attempts._fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
    qualify
        row_number() over (
            partition by attempts.entity, attempts.key
            order by
                attempts.attemptedAt desc nulls last, attempts.outcome desc nulls last, retries.decidedAt desc nulls last
        ) = 1
)

select count(*) as items
from attempts
where
    outcome = 'not_found'
    and takenBackAt is null
    and attemptedAt between $since and $until
    and $reason in ('', reason)
