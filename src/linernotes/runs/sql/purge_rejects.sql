select _fileHash, _line
from {lake}.lake_ops__rejects as rejects
where $artist = '' or exists (select 1 from unnest($words) as word where strpos(rejects.raw, word) > 0)
