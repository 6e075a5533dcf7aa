select contentHash, bytes, readAs, plays, parts
from {lake}.lake_plays__normalized_imported_files
