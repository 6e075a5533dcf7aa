select * except (artistId, trackName, status, attemptedAt, answeredAt, staleness, barcode)
from {{ ref('hub_music__svc_enrichment_items') }}
where dueAt <= {{ now_utc() }}
