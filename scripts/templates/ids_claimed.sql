-- << header >>
-- Every id in every answer, also where an answer has several or may be about another artist.
<% for each, told in identified %>
select distinct
    '<< each.keyed_by >>' as askedBy,
    answers.<< each.key >> as asked,
    '<< told.scheme >>' as scheme,
    << 'told' if each.is_list(told.column) else sql(told.column) >> as id,
    << told.confidence | float >>e0 as confidence,
    << each.evidence >> as evidence,
    '<< each.name >>' as provider,
    answers.<< each.instant >> as retrievedAt
from {{ ref('<< each.newest >>') }} as answers
<% if each.is_list(told.column) %>
cross join unnest(<< sql(told.column) >>) as told
<% endif %>
where << 'told' if each.is_list(told.column) else sql(told.column) >> is not null
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
