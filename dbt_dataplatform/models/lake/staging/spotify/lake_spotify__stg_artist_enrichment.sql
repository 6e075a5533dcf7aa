select
    answers.* except (_fileHash, _line) replace (
        coalesce(genres, []) as genres,
        coalesce(images, []) as images
    ),
    stampedAt,
    loadSequence
from {{ source('spotify', 'artist_enrichment') }} as answers
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = answers._fileHash
qualify row_number() over (partition by artistId order by {{ newest_first('enrichedAt') }}) = 1
