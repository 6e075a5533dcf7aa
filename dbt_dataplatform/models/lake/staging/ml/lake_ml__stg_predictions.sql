-- Of several forecasts of a song for a day, the newest counts.
select lines.* except (_fileHash, _line), stampedAt, loadSequence
from {{ source('ml', 'predictions') }} as lines
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = lines._fileHash
qualify row_number() over (partition by seriesId, date order by {{ newest_first('predictedAt') }}) = 1
