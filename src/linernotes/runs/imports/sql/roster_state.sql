select rosterVersion, _fileHash
from {lake}.lake_roster__normalized_rows
where
    rosterName = $roster
    and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
order by rosterVersion desc nulls last
limit 1
