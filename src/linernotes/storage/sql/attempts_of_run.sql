-- Of files that this run wrote, not of those that somebody copied into landing/; and none without a manifest row: in
-- BigQuery that may be a row of a load that did not finish.
select count(*) as attempts
from {lake}.lake_ops__attempts
where
    runId = $run
    and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files where strpos(file, $run) > 0)
