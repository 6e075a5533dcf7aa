select * from {{ ref('hub_music__stg_artist_identities') }}
