{{ config(cluster_by=['trackId', 'field']) }}

-- As with artists, a seed says whose word counts for a field; what a person brought as a file comes first.
select
    told.*,
    policies.licence,
    row_number() over (
        partition by told.trackId, told.field
        order by
            coalesce(place, 0) nulls last, told.confidence desc nulls last, told.retrievedAt desc nulls last,
            told.provider nulls last
    ) = 1 as counts
from {{ ref('hub_music__int_track_values') }} as told
left join {{ ref('field_precedence') }} as precedence
    on precedence.field = told.field and precedence.provider = told.provider
left join {{ ref('lake_ops__stg_provider_policies') }} as policies
    on policies.provider = told.provider and policies.entity = 'track'
