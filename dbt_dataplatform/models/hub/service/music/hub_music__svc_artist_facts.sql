select told.*, policies.licence
from {{ ref('hub_music__stg_artist_values') }} as told
left join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.provider = told.provider and policies.entity = 'artist'
