-- Like discover.sql, for the top artists by rank; only the queries named top compute ranks.
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

select provider, entity, key, artistName, trackName, barcode, mbid, reason, status
from queue
where wanted
qualify
    row_number() over (
        partition by provider
        order by
            requestPriority desc, enrichedAt is not null, staleness desc nulls last, priority desc,
            discoveredAt desc nulls last, key
    ) <= $most
order by
    provider,
    requestPriority desc, enrichedAt is not null, staleness desc nulls last, priority desc,
    discoveredAt desc nulls last, key
