-- The same play in exports that overlap is one play; the newest file knows it best.
select
    plays.* except (_fileHash, _line) replace (
        coalesce(creditKeys, []) as creditKeys, coalesce(artistIds, []) as artistIds, coalesce(mbids, []) as mbids
    ),
    stampedAt,
    loadSequence
from {{ source('plays', 'plays') }} as plays
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = plays._fileHash
qualify row_number() over (partition by source, sourceKey order by fileOrder desc nulls last, _line desc nulls last) = 1
