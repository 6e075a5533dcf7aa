-- << header >>
-- Every retrieval, not only the newest, and whether it had what the values are made of.
with
<% for each in providers %>
<< each.name >> as (
    select
        cast({{ held_back('answers.<< each.instant >>') }} as date) as day,
        count(*) as answers,
<% for value in each.watched_values %>
        count(if(<< each.has_field(value) >>, 1, null)) as << value.field >><< ',' if not loop.last >>
<% endfor %>
    from {{ source('<< each.name >>', '<< each.dataset >>') }} as answers
    inner join {{ ref('lake_ops__stg_loaded_files') }} as files on files.fileHash = answers._fileHash
    group by day
)<< ',' if not loop.last >>

<% endfor %>
<% for each in providers %>
select '<< each.name >>' as provider, field, day, answers, filled
from << each.name >> unpivot (filled for field in (<% for value in each.watched_values %><< value.field >><< ', ' if not loop.last >><% endfor %>))
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
