-- How many of the answers that are kept match, by provider and kind. Those of ids that are none are never asked for again.
select
    provider, entity,
    count(*) as answers,
    count(if(reason != 'requested' and dueAt > $now, 1, null)) as fresh,
    count(if(reason != 'requested' and dueAt <= $now, 1, null)) as stale,
    count(if(reason = 'requested', 1, null)) as marked,
    count(if(reason != 'requested' and dueAt is null, 1, null)) as final,
    min(coalesce(enrichedAt, answeredAt)) as oldest
from {hub}.hub_music__svc_enrichment_items
where
    status in ('enriched', 'not_found')
    and $provider in ('', provider)
    and $artist in ('', artistId)
    and coalesce(enrichedAt, answeredAt) < $before
group by provider, entity
order by provider, entity
