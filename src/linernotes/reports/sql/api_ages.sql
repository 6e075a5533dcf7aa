-- When each of some artists was enriched, and whether somebody wants an answer about it anew.
select
    artistId, enrichmentStatus, enrichedAt,
    artistId in (
        select artistId from {hub}.hub_music__svc_enrichment_items
        where reason = 'requested' and entity = 'artist' and artistId in unnest($artists)
    ) as invalidated
from {hub}.hub_music__svc_dim_artists
where artistId in unnest($artists)
