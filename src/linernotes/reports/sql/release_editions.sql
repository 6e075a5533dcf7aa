-- The editions of a release with their labels; the one that speaks for it comes first.
select
    editionId,
    title,
    disambiguation,
    status,
    releaseDate,
    country,
    format,
    barcode,
    labelName,
    labelKind,
    catalogNumber,
    decides
from {hub}.hub_music__svc_bridge_release_labels
where releaseId = $release
order by rank
