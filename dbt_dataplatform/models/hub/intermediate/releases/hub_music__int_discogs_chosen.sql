-- The edition on Discogs that speaks for each release: the one with its barcode, or the earliest one of its year or the next.
-- Titles alone prove little, for an artist can have several works of one title.
with known as (
    select releaseId, min(firstReleaseDate) as firstReleaseDate
    from {{ ref('hub_music__int_release_groups') }}
    group by releaseId
),

barcodes as (
    select distinct releaseId, upc from {{ ref('hub_music__svc_bridge_release_labels') }}
    where upc is not null
),

labels as (
    {{ labels_by_key() }}
),

editions as (
    select
        answers.releaseGroupMbid as releaseId, answers.retrievedAt, told, barcodes.upc is not null as hasBarcode,
        nullif(array_to_string(answers.genres, ', '), '') as releaseGenres, nullif(array_to_string(answers.styles, ', '), '') as styles
    from {{ ref('lake_discogs__stg_releases') }} as answers
    cross join unnest(answers.editions) as told
    inner join known on known.releaseId = answers.releaseGroupMbid
    left join barcodes on barcodes.releaseId = answers.releaseGroupMbid and barcodes.upc = told.upc
    where barcodes.upc is not null or abs(told.year - cast(substr(firstReleaseDate, 1, 4) as int64)) <= 1
    qualify row_number() over (
        partition by answers.releaseGroupMbid
        order by barcodes.upc is null nulls last, told.year nulls last, told.labelKind = 'unknown' nulls last, told.discogsReleaseId nulls last
    ) = 1
)

select
    releaseId, {{ label_columns('told', 'labels') }},
    told.catalogNumber as catalogNumber, told.barcode as barcode, told.country as country, told.format as format,
    cast(told.year as string) as releaseDate, releaseGenres, styles, 'discogs' as provider, retrievedAt,
    if(hasBarcode, 0.9e0, 0.8e0) as confidence, 'https://www.discogs.com/release/' || told.discogsReleaseId as evidence
from editions
left join labels on labels.labelKey = told.labelKey
