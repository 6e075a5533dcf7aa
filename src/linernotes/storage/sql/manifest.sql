-- Every loaded file, as a rebuild compares it with archive/.
select fileHash, file, dataset, lines
from {lake}.lake_ops__loaded_files
