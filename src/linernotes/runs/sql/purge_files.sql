select fileHash, dataset, lines, coalesce(stampedAt, loadedAt) as age
from {lake}.lake_ops__loaded_files
