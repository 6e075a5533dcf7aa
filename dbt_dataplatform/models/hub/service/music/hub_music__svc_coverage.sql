-- Of the whole library: an artist or a track without an id that the provider is asked by is not enriched either.
with library as (
    select 'artist' as entity, count(*) as things from {{ ref('hub_music__int_artists') }}
    union all
    select 'track' as entity, count(*) as things from {{ ref('hub_music__int_tracks_played') }}
),

counts as (
    select
        policies.provider,
        max(library.things) as artists,
        count(if(items.status = 'enriched', 1, null)) as enriched,
        count(if(items.status = 'pending', 1, null)) as pending,
        count(if(items.status = 'not_found', 1, null)) as notFound,
        count(if(items.status = 'failed', 1, null)) as failed,
        greatest(max(library.things) - count(items.key), 0) as withoutId
    from {{ ref('lake_ops__stg_provider_policies') }} as policies
    inner join library on library.entity = policies.entity and (library.things > 0 or library.entity = 'artist')
    left join {{ ref('hub_music__int_enrichment_items') }} as items
        on items.provider = policies.provider and items.entity = policies.entity
    group by policies.provider
    union all
    select  -- how many of the names on plays are somebody's
        'names' as provider,
        count(*) as artists,
        count(names.artistId) as enriched,
        count(if(open.why in ('waiting', 'nobody_to_ask'), 1, null)) as pending,
        count(if(names.artistId is null and coalesce(open.why, '') not in ('waiting', 'nobody_to_ask'), 1, null)) as notFound,
        0 as failed, 0 as withoutId
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
