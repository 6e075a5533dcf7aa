-- A row of a newer file takes the place of an older one about the same track.
select
    features.* except (_fileHash, _line),
    {{ item('features.creditKeys', 1) }} as creditKey,
    'file ' || features.sourceFile as evidence,
    coalesce(stampedAt, loadedAt) as importedAt,
    loadSequence
from {{ source('features', 'audio_features') }} as features
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = features._fileHash
qualify row_number() over (partition by subject order by fileOrder desc nulls last, _line desc nulls last) = 1
