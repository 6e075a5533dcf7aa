-- The latest attempt that the service refused: it says something about us, not about the artist.
select
    provider,
    entity,
    key,
    max(attemptedAt) as throttledAt,
    {{ newest('reason', by=['attemptedAt']) }} as throttledBy
from {{ ref('lake_ops__stg_attempts') }}
where throttled
group by provider, entity, key
