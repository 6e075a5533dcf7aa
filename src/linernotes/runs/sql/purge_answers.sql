-- Every outcome, found or not, has a row here with its line.
select _fileHash, _line, outcome = 'found' as found
from {lake}.lake_ops__attempts
where
    attemptedAt < $before
    and ($provider = '' or provider = $provider)
    and ($artist = '' or key in unnest($keys))
