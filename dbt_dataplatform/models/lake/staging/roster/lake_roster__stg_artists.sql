-- A list may have no names: the newest name that is known stays.
select
    artistId,
    {{ newest('artistName', by=['fileOrder * 1000000000 + _line']) }} as artistName,
    {{ newest('artistKey', by=['fileOrder * 1000000000 + _line']) }} as artistKey,
    min(coalesce(stampedAt, loadedAt)) as firstImportedAt,
    max(loadSequence) as loadSequence
from {{ source('roster', 'artists') }} as artists
inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = artists._fileHash
group by artistId
