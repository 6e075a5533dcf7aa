-- Releases by id, by title, or of a label; the newest first.
select
    releaseId,
    title,
    artistId,
    artistName,
    releaseType,
    firstReleaseDate,
    label,
    labelKind,
    labelId,
    catalogNumber,
    barcode,
    country,
    format,
    editionCount,
    labelPlace
from {hub}.hub_music__svc_dim_releases
where
    ($id != '' and releaseId = $id)
    or ($text != '' and lower(title) = lower($text))
    or ($label != '' and labelId = $label)
order by firstReleaseDate desc nulls last, title, releaseId
