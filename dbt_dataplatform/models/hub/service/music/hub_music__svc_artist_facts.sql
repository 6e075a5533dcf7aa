{{ config(cluster_by=['artistId', 'field']) }}

-- Whose word counts for a field stands in a seed; for one that is not there, the surest and then the newest.
select
    told.*,
    policies.licence,
    row_number() over (
        partition by told.artistId, told.field
        order by place nulls last, told.confidence desc nulls last, told.retrievedAt desc nulls last, told.provider nulls last
    ) = 1 as counts
from {{ ref('hub_music__int_artist_values') }} as told
left join {{ ref('field_precedence') }} as precedence
    on precedence.field = told.field and precedence.provider = told.provider
left join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.provider = told.provider
