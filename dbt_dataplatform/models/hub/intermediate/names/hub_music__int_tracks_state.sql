-- What the tables of tracks were made from; made after them, so that it never tells of what failed.
-- depends_on: {{ ref('hub_music__svc_fact_plays') }}, {{ ref('hub_music__svc_dim_albums') }}
select signature
from {{ ref('hub_music__int_tracks_signature') }}
