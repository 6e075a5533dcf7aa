select substr(fileHash, 1, 16) as start, dataset, datasetVersion
from {lake}.lake_ops__loaded_files
