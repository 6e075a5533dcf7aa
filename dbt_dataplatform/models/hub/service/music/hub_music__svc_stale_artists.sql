-- Without a threshold: how old is too old is the reader's question.
select
    artistId,
    artistName,
    enrichedAt,
    {{ dbt.datediff('enrichedAt', now_utc(), 'day') }} as daysSinceEnrichment
from {{ ref('hub_music__svc_dim_artists') }}
where enrichedAt is not null
