-- What Deezer says of the album with a barcode. Works of an artist can share one, so it is about those with the album's title.
with labels as (
    {{ labels_by_key() }}
),

barcodes as (
    select editions.releaseId, editions.upc
    from {{ ref('hub_music__svc_bridge_release_labels') }} as editions
    where editions.upc is not null
    group by editions.releaseId, editions.upc
),

works as (
    select releaseId, workKey
    from {{ ref('hub_music__int_release_groups') }}
    group by releaseId, workKey
)

select
    barcodes.releaseId, {{ label_columns('told', 'labels') }}, told.upc as barcode, told.releaseDate,
    nullif(array_to_string(told.genres, ', '), '') as releaseGenres, told.trackCount, 'deezer_albums' as provider,
    told.retrievedAt, 0.9e0 as confidence,
    coalesce(told.link, 'https://www.deezer.com/album/' || told.deezerAlbumId) as evidence
from {{ ref('lake_deezer_albums__stg_albums') }} as told
inner join barcodes on barcodes.upc = told.upc
inner join works on works.releaseId = barcodes.releaseId and works.workKey = told.workKey
left join labels on labels.labelKey = told.labelKey
qualify row_number() over (
    partition by barcodes.releaseId order by told.labelKind = 'unknown' nulls last, told.releaseDate nulls last, told.upc nulls last
) = 1
