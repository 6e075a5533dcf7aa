-- << header >>
with told as (
<% for each, told in identified %>
    select
        '<< each.keyed_by >>' as askedBy,
        answers.<< each.key >> as asked,
        '<< told.scheme >>' as scheme,
        << each.single_id(told.column) >> as id,
        << told.confidence | float >>e0 as confidence,
        << each.evidence >> as evidence,
        '<< each.name >>' as provider,
        << told.precedence >> as place
    from {{ ref('<< each.about.model or each.newest >>') }} as answers
    where << each.single_id(told.column) >> is not null<< each.and_not_flagged >>
<% if not loop.last %>
    union all
<% endif %>
<% endfor %>
)

select askedBy, asked, scheme, id, confidence, evidence, provider
from told
<% if contested %>
qualify row_number() over (partition by askedBy, asked, scheme order by place nulls last) = 1
<% endif %>
