-- What each provider answered in earlier runs. Calls that failed as a whole say nothing of items, nor do answers of a
-- storm, and misses that were taken back were none.
select
    attempts.provider,
    count(*) as answers,
    count(if(attempts.outcome = 'not_found', 1, null)) as misses,
    count(if(attempts.outcome = 'failed', 1, null)) as failures
from {lake}.lake_ops__attempts as attempts
left join {lake}.lake_manual__normalized_retries as retries
    on
        retries.provider = attempts.provider
        and attempts.outcome = 'not_found'
        and attempts.attemptedAt between retries.since and retries.until
        and coalesce(retries.reason, attempts.reason, '') = coalesce(attempts.reason, '')
        and coalesce(retries.runId, attempts.runId, '') = coalesce(attempts.runId, '')
where
    attempts.provider in unnest($providers)
    and attempts.attemptedAt >= $since
    and coalesce(attempts.runId, '') != $run
    and attempts.httpStatus < 500 and attempts.httpStatus != 429
    and coalesce(attempts.reason, '') not in ('storm', 'quota_exceeded', 'rate_limited')
    and attempts._fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
    and retries.provider is null
group by attempts.provider
