-- What the tables of plays were made from; made after them, so that it never tells of what failed or was killed.
-- depends_on: {{ ref('hub_music__int_track_mentions') }}
select signature
from {{ ref('hub_music__int_plays_signature') }}
