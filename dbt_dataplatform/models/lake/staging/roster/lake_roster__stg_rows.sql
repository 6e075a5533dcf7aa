-- The rows of each roster as it was last imported.
select
    given.rosterName,
    coalesce(given.rowNumber, given._line) as rowNumber,
    given.artistId,
    given.mbid,
    given.givenName,
    given.givenKey,
    given.ownColumns,
    coalesce(files.stampedAt, files.loadedAt) as importedAt,
    files.loadSequence
from {{ source('roster', 'rows') }} as given
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = given._fileHash
qualify dense_rank() over (
    partition by given.rosterName
    order by coalesce(given.rosterVersion, 0) desc nulls last, files.fileOrder desc nulls last
) = 1
