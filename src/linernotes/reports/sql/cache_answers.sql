-- The answers that are kept, the oldest first; what is due is so by the provider's own rules.
select
    provider, entity, artistName, trackName, status,
    coalesce(enrichedAt, answeredAt) as keptFrom,
    case
        when reason = 'requested' then 'marked'
        when dueAt is null then 'final'
        when dueAt <= $now then 'stale'
        else 'fresh'
    end as state,
    dueAt, artistId, key
from {hub}.hub_music__svc_enrichment_items
where
    status in ('enriched', 'not_found')
    and $provider in ('', provider)
    and $artist in ('', artistId)
    and coalesce(enrichedAt, answeredAt) < $before
order by keptFrom, provider, entity, key
limit $shown
