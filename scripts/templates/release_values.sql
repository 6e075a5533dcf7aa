-- << header >>
-- As with artists, a seed says whose word counts for a field; for one that is not there, the surest and then the newest.
with
<% for each in providers %>
<< each.name >> as (select * from {{ ref('<< each.about.model >>') }}),

<% endfor %>
told as (
<% for each in providers %>
    {{ values_of('<< each.name >>', 'releaseId', [
<% for value in each.own_values %>
        ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
    ]) }}
<% if not loop.last %>
    union all
<% endif %>
<% endfor %>
)

select
    told.*,
    policies.licence,
    row_number() over (
        partition by told.releaseId, told.field
        order by place nulls last, told.confidence desc nulls last, told.retrievedAt desc nulls last, told.provider nulls last
    ) = 1 as counts
from told
left join {{ ref('field_precedence') }} as precedence
    on precedence.field = told.field and precedence.provider = told.provider
left join {{ ref('lake_ops__stg_provider_policies') }} as policies on policies.provider = told.provider and policies.entity = 'release'
