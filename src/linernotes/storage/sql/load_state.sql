-- The highest load number, without a hash, and the number and run of each of these files that is loaded.
select max(loadSequence) as sequence, cast(null as string) as fileHash, cast(null as string) as run
from {lake}.lake_ops__loaded_files
union all
select loadSequence as sequence, fileHash, runId as run
from {lake}.lake_ops__loaded_files
where fileHash in unnest($hashes)
