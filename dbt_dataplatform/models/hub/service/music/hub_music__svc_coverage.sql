with counts as (
    select
        policies.provider,
        count(artists.key) as artists,
        count(if(artists.status = 'enriched', 1, null)) as enriched,
        count(if(artists.status = 'pending', 1, null)) as pending,
        count(if(artists.status = 'not_found', 1, null)) as notFound,
        count(if(artists.status = 'failed', 1, null)) as failed
    from {{ ref('lake_ops__stg_provider_policies') }} as policies
    left join {{ ref('hub_music__int_enrichment_items') }} as artists
        on artists.provider = policies.provider and artists.entity = policies.entity
    where policies.entity = 'artist'
    group by policies.provider
    union all
    select  -- how many of the names on plays are somebody's
        'names' as provider,
        count(*) as artists,
        count(names.artistId) as enriched,
        count(if(open.why in ('waiting', 'nobody_to_ask'), 1, null)) as pending,
        count(if(names.artistId is null and coalesce(open.why, '') not in ('waiting', 'nobody_to_ask'), 1, null)) as notFound,
        0 as failed
    from {{ ref('hub_music__svc_name_resolutions') }} as names
    left join {{ ref('hub_music__int_names_unresolved') }} as open
        on open.nameKey = names.artistKey and names.artistId is null
    having count(*) > 0
)

select
    *,
    artists - enriched as unenrichedArtistCount,
    round(100 * (artists - enriched) / nullif(artists, 0), 2) as pctMissing
from counts
