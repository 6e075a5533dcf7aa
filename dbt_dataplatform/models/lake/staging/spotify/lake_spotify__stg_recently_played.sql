select
    cast({{ microseconds('playedAt') }} as string) || ' ' || trackUri as playId,
    plays.* except (_fileHash, _line) replace (coalesce(artists, []) as artists),
    stampedAt,
    loadSequence
from {{ source('spotify', 'recently_played') }} as plays
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = plays._fileHash
qualify row_number() over (partition by playedAt, trackUri order by {{ newest_first('playedAt') }}) = 1
