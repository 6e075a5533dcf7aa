-- A file that was read again, with other options, takes the place of its earlier reading.
select lines.* except (_fileHash, _line), loadSequence
from {{ source('streams', 'sales') }} as lines
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = lines._fileHash
qualify row_number() over (
    partition by sourceFile, sourceRow order by fileOrder desc nulls last, _line desc nulls last
) = 1
