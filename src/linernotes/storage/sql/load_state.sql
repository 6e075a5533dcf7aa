-- The highest load number, and the number and run of this content if it is loaded.
select
    max(loadSequence) as highest,
    max(if(fileHash = $sha256, loadSequence, null)) as sequence,
    max(if(fileHash = $sha256, runId, null)) as run
from {lake}.lake_ops__loaded_files
