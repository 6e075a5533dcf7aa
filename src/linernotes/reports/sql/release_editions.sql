-- The editions of a release with their labels; the one that speaks for it comes first, and the others say why they do not.
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
    decides,
    case
        when status != 'Official' then 'not an official edition'
        when labelKind = 'unknown' then 'no label is entered for it'
        when not decides and releaseDate is null then 'its date is not known'
        when not decides then 'came more than half a year after the first edition, as a reissue does'
        when rank = 1 then null
        when editionId = first_value(editionId) over (order by rank) then 'another label of this edition stands first'
        else 'another edition stands first'
    end as reason
from {hub}.hub_music__svc_bridge_release_labels
where releaseId = $release
order by rank
