select mark
from {lake}.lake_plays__normalized_table_marks
where
    source = $source
    and sinceColumn = $column
    and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
order by readAt desc nulls last
