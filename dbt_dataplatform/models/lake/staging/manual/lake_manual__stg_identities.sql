-- What a person set last counts; a line without an id takes the id back.
with lines as (
    select lines.*, stampedAt, loadSequence
    from {{ source('manual', 'identities') }} as lines
    inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = lines._fileHash
    qualify row_number() over (partition by artistId, scheme order by {{ newest_first('setAt') }}) = 1
)

select artistId, scheme, id, note, author, setAt, loadSequence
from lines
where id is not null
