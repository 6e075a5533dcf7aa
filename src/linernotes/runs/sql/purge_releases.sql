-- The releases of the artist that were asked about, and their barcodes where no release of another artist has them.
select releaseId as key
from {hub}.hub_music__svc_dim_releases
where artistId = $artist and editionCount > 0
union all
select works.upc
from {hub}.hub_music__int_release_groups as works
where
    works.artistId = $artist
    and works.upc is not null
    and not exists (
        select 1 from {hub}.hub_music__int_release_groups as others
        where others.upc = works.upc and others.artistId != $artist
    )
