select distinct sourceKey
from {lake}.lake_plays__normalized_plays
where
    source = $source
    and (playedAt >= $since or playedAt = $edge)
    and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
