select
    imported.contentHash,
    imported.bytes,
    imported.readAs,
    imported.plays,
    imported.parts
from {lake}.lake_plays__normalized_imported_files as imported
inner join {lake}.lake_ops__loaded_files as files on files.fileHash = imported._fileHash
order by files.loadSequence, imported._line
