-- The number of files with plays that were loaded since the plays were last counted.
select count(*) as files
from {lake}.lake_ops__loaded_files
where
    dataset in unnest($datasets)
    and loadedRows > 0
    and loadSequence > (select coalesce(max(seenSequence), 0) from {hub}.hub_music__stg_tracks)
