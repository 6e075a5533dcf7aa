-- The edition of each release that speaks for it, with its label only where that is the label of the first one.
select
    releaseId,
    case if(decides, labelKind, 'unknown') when 'label' then labelName when 'self_released' then 'Self-released' end as label,
    if(decides, labelId, null) as labelId,
    if(decides, labelKind, null) as labelKind,
    if(decides, catalogNumber, null) as catalogNumber,
    nullif(barcode, '') as barcode,
    country,
    firstReleaseDate as releaseDate,
    format,
    'musicbrainz_releases' as provider,
    retrievedAt,
    1e0 as confidence,
    'https://musicbrainz.org/release/' || editionId as evidence
from {{ ref('hub_music__svc_bridge_release_labels') }}
where rank = 1
