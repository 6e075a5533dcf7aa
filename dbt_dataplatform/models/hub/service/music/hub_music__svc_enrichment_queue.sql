select * except (status, attemptedAt, answeredAt)
from {{ ref('hub_music__stg_enrichment_queue') }}
where dueAt <= {{ now_utc() }}
