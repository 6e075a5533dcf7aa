select * except (confidence, evidence) from {{ ref('hub_music__stg_artist_tags') }}
