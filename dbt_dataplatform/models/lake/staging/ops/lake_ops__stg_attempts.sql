-- The same answer can stand in two files, say in a copy made by hand: content decides, not the file.
select
    provider,
    entity,
    key,
    outcome,
    attemptedAt,
    max(reason) as reason,
    coalesce(max(reason), '') in ('quota_exceeded', 'rate_limited') as throttled,
    max(httpStatus) as httpStatus,
    max(attempts.runId) as runId,
    max({{ held_back('attemptedAt') }}) as rankedAt,
    max(stampedAt) as stampedAt,
    min(loadSequence) as loadSequence
from {{ source('ops', 'attempts') }} as attempts
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = attempts._fileHash
group by provider, entity, key, outcome, attemptedAt
