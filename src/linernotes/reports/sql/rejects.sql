select rejectedAt, file, line, field, reason, raw
from {lake}.lake_ops__rejects
order by rejectedAt desc, file, line
limit $shown
