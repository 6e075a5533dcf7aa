-- What the queue was made from; made after its tables, so that it never tells of what failed or was killed.
-- depends_on: {{ ref('hub_music__int_enrichment_items') }}, {{ ref('hub_music__svc_artist_identities') }}
-- depends_on: {{ ref('hub_music__svc_artist_ids') }}, {{ ref('hub_music__svc_track_ids') }}
select signature
from {{ ref('hub_music__int_queue_signature') }}
