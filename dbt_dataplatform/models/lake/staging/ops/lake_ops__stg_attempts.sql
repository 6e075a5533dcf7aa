-- The same answer can stand in two files, say in a copy made by hand: content decides, not the file.
select
    attempts.provider,
    entity,
    key,
    outcome,
    attemptedAt,
    max(attempts.reason) as reason,
    coalesce(max(attempts.reason), '') in ('quota_exceeded', 'rate_limited') as throttled,
    max(httpStatus) as httpStatus,
    max(attempts.runId) as runId,
    max({{ held_back('attemptedAt') }}) as rankedAt,
    max(stampedAt) as stampedAt,
    min(loadSequence) as loadSequence,
    max(retries.decidedAt) as takenBackAt
from {{ source('ops', 'attempts') }} as attempts
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = attempts._fileHash
left join {{ ref('lake_manual__stg_retries') }} as retries
    on
        retries.provider = attempts.provider and outcome = 'not_found' and attemptedAt between since and until
        and coalesce(retries.reason, attempts.reason, '') = coalesce(attempts.reason, '')
        and coalesce(retries.runId, attempts.runId, '') = coalesce(attempts.runId, '')
group by attempts.provider, entity, key, outcome, attemptedAt
