-- The first items of a selection for each provider: the most played of those never asked about, then those whose
-- listeners have waited longest for news. The selection reads the same in waiting.sql and to_come.sql.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- asked in this run: not again before the next
        and (
            -- new in the window, due for a retry, or in an earlier run's window and not reached then
            ($part = 'incremental' and reason = 'missed')
            or ($part = 'incremental' and reason = 'never_asked' and discoveredAt >= $edge)
            or ($part = 'incremental' and reason = 'retry' and dueAt <= $startedAt)
            -- all without a record; a tombstone, and a failure that costs money again, only when it is due
            or ($part = 'backfill' and status = 'pending')
            or ($part = 'backfill' and status = 'failed' and provider not in unnest($priced))
            or ($part = 'backfill' and status in ('failed', 'not_found') and dueAt <= $startedAt)
            -- records that are too old; one whose last refresh failed only when that is due again
            or ($part = 'refresh' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
            -- the named ones whatever is known of them: tombstones too
            or ($part = 'named' and artistId in unnest($artists))
        ) as wanted
    from {hub}.hub_music__stg_enrichment_queue as queue
    where provider in unnest($providers)
)

select provider, entity, key, artistName, trackName, mbid, reason
from queue
where wanted
qualify
    row_number() over (
        partition by provider
        order by enrichedAt is not null, staleness desc nulls last, priority desc, discoveredAt desc nulls last, key
    ) <= $most
order by
    provider,
    enrichedAt is not null, staleness desc nulls last, priority desc, discoveredAt desc nulls last, key
