{% set fields = [
    ('label', 'string'), ('labelId', 'string'), ('labelKind', 'string'), ('catalogNumber', 'string'), ('barcode', 'string'),
    ('country', 'string'), ('format', 'string'), ('releaseDate', 'string'), ('releaseGenres', 'string'), ('styles', 'string'),
    ('trackCount', 'int64'),
] -%}
with works as (
    select
        releaseId,
        {{ newest('title', by=['retrievedAt']) }} as title,
        {{ newest('releaseType', by=['retrievedAt']) }} as releaseType,
        {{ newest('artistName', by=['retrievedAt']) }} as artistName,
        min(if(isOwn, artistId, null)) as artistId,
        {{ sorted_items('artistId') }} as artistIds,
        min(firstReleaseDate) as firstReleaseDate,
        min(place) as labelPlace
    from {{ ref('hub_music__int_release_groups') }}
    group by releaseId
),

fields as (
    select releaseId, {{ side_by_side(fields) }}
    from {{ ref('hub_music__svc_release_values') }}
    where counts
    group by releaseId
),

editions as (
    select releaseId, count(distinct editionId) as editionCount
    from {{ ref('hub_music__svc_bridge_release_labels') }}
    group by releaseId
)

select
    works.releaseId, title, artistId, artistIds, artistName, releaseType,
    coalesce(firstReleaseDate, releaseDate) as firstReleaseDate,
    cast(substr(coalesce(firstReleaseDate, releaseDate), 1, 4) as int64) as releaseYear,
    coalesce(labelKind, 'unknown') as labelKind, if(labelIdSource = labelSource, labelId, null) as labelId,
    coalesce(editionCount, 0) as editionCount, labelPlace, fields.* except (releaseId, labelKind, labelId, labelKindSource, labelKindRetrievedAt, labelIdSource, labelIdRetrievedAt)
from works left join fields using (releaseId) left join editions using (releaseId)
