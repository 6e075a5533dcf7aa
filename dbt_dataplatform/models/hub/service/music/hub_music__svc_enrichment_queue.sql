select * except (artistId, trackName, status, attemptedAt, answeredAt, staleness)
from {{ ref('hub_music__svc_enrichment_items') }}
where dueAt <= {{ now_utc() }}
