-- Files loaded since an instant of whose lines too many were rejected.
select
    dataset,
    file,
    loadedAt,
    lines as numLines,
    rejectedRows
from {lake}.lake_ops__loaded_files
where loadedAt >= $since and lines >= $least_lines and rejectedRows > $invalid_share * lines
order by loadedAt, file
