select * except (tagKey, confidence, evidence) from {{ ref('hub_music__int_artist_tags') }}
