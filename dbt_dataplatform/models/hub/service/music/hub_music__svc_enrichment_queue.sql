select * except (artistId, trackName, status, attemptedAt, answeredAt, staleness)
from {{ ref('hub_music__stg_enrichment_queue') }}
where dueAt <= {{ now_utc() }}
