-- What a person confirmed last counts; a line without ids takes it back.
with lines as (
    select lines.*, stampedAt, loadSequence
    from {{ source('manual', 'matches') }} as lines
    inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = lines._fileHash
    qualify row_number() over (partition by subjectId order by {{ newest_first('confirmedAt') }}) = 1
)

select subjectId, artistId, trackId, note, author, confirmedAt, loadSequence
from lines
where artistId is not null or trackId is not null
