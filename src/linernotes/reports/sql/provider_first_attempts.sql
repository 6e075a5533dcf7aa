select provider, min(attemptedAt) as since
from {lake}.lake_ops__attempts
group by provider
