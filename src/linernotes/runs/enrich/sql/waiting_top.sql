-- Like waiting.sql, for the top artists by rank.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- at most one attempt per run
        and priority >= $minPlays
        and artistId in (select artistId from {hub}.hub_music__svc_top_artists where rank <= $top)
        and (
            -- due items
            ($part = 'top' and dueAt <= $startedAt)
            -- data older than --older-than, and other items that are due
            or ($part = 'top_older' and status != 'enriched' and dueAt <= $startedAt)
            or ($part = 'top_older' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
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
