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
<% set last_provider = loop.last %>
<% for value in each.watched_values %>
select '<< each.name >>' as provider, '<< value.field >>' as field, day, answers, << value.field >> as filled from << each.name >>
<% if not (loop.last and last_provider) %>
union all
<% endif %>
<% endfor %>
<% endfor %>
