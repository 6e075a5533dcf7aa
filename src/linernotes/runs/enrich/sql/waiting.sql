-- The selected items of each provider, and the number of new items discovered before its window.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- at most one attempt per run
        and priority >= $minPlays
        and (
            -- new in the window, due for a retry, or missed: in the window of an earlier run that did not reach it
            ($part = 'incremental' and reason = 'missed')
            or ($part = 'incremental' and reason = 'never_asked' and discoveredAt >= $edge)
            or ($part = 'incremental' and reason = 'retry' and dueAt <= $startedAt)
            or ($part in ('incremental', 'backfill') and reason = 'requested') -- somebody wants it asked about again
            -- not enriched yet; tombstones, and failures at a provider that costs money, only when due
            or ($part = 'backfill' and status = 'pending')
            or ($part = 'backfill' and status = 'failed' and provider not in unnest($priced))
            or ($part = 'backfill' and status in ('failed', 'not_found') and dueAt <= $startedAt)
            -- too old; if the last refresh failed, only when the retry is due
            or ($part = 'refresh' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
            -- the named artists, even if the data is fresh or a tombstone
            or ($part = 'named' and artistId in unnest($artists))
        ) as wanted
    from {hub}.hub_music__svc_enrichment_items as queue
    where provider in unnest($providers)
)

select
    provider,
    count(if(wanted, 1, null)) as items,
    count(if(wanted, barcode, null)) as barcodes,
    count(if(reason = 'never_asked' and discoveredAt < $edge, 1, null)) as older
from queue
group by provider
