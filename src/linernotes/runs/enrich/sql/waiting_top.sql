-- The same as waiting.sql, of the first artists by rank.
with queue as (
    select
        queue.*,
        (attemptedAt is null or attemptedAt < $startedAt) -- asked in this run: not again before the next
        and artistId in (select artistId from {hub}.hub_music__svc_top_artists where rank <= $top)
        and (
            -- what is due
            ($part = 'top' and dueAt <= $startedAt)
            -- records older than was asked for, and what is due of the rest
            or ($part = 'top_older' and status != 'enriched' and dueAt <= $startedAt)
            or ($part = 'top_older' and enrichedAt < $edge and (answeredAt <= enrichedAt or dueAt <= $startedAt))
        ) as wanted
    from {hub}.hub_music__stg_enrichment_queue as queue
    where provider in unnest($providers)
)

select
    provider,
    count(if(wanted, 1, null)) as items,
    count(if(reason = 'never_asked' and discoveredAt < $edge, 1, null)) as older
from queue
group by provider
