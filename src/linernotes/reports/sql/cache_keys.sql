-- By what the answers of one artist were asked for, those that are marked already left out.
select distinct provider, key
from {hub}.hub_music__svc_enrichment_items
where
    status in ('enriched', 'not_found')
    and reason != 'requested'
    and dueAt is not null
    and $provider in ('', provider)
    and artistId = $artist
    and coalesce(enrichedAt, answeredAt) < $before
order by provider, key
