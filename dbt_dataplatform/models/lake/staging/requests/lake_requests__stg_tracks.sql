-- A row of a newer list takes the place of an older one about the same track; that it be asked about again is not taken back.
select
    tracks.* except (_fileHash, _line, refreshAt),
    {{ item('tracks.creditKeys', 1) }} as creditKey,
    max(tracks.refreshAt) over (partition by subject) as refreshAt,
    min(coalesce(stampedAt, loadedAt)) over (partition by subject) as firstImportedAt,
    loadSequence
from {{ source('requests', 'tracks') }} as tracks
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = tracks._fileHash
qualify row_number() over (partition by subject order by fileOrder desc nulls last, _line desc nulls last) = 1
