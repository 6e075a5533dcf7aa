select fileHash
from {lake}.lake_ops__loaded_files
where dataset = $dataset and datasetVersion < $version
order by loadSequence
