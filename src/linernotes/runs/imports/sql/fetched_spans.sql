select fromAt, untilAt, fetchedAt
from {lake}.lake_plays__normalized_fetched_spans
where
    source = $source
    and account = $account
    and _fileHash in (select fileHash from {lake}.lake_ops__loaded_files)
