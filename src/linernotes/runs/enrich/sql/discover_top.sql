-- The same as discover.sql, of the first artists by rank; only these queries rank anybody.
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
