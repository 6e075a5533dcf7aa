-- << header >>
with
<% for each in providers %>
<< each.name >> as (
    select
        about.<< subject >>,
        about.provider,
        about.retrievedAt,
        about.confidence,
        about.evidence,
<% for value in each.own_values %>
        << sql(value.source) >> as << value.field >><< ',' if not loop.last >>
<% endfor %>
    from {{ ref('<< about >>') }} as about
<% if subject == 'trackId' and each.about.model %>
    inner join {{ ref('<< each.about.model >>') }} as answers on answers.trackId = about.trackId
<% else %>
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
<% endif %>
    where about.provider = '<< each.name >>'
)<< ',' if file_fields or not loop.last >>

<% endfor %>
<% if file_fields %>
from_files as (
    select * from {{ ref('hub_music__int_features_matched') }}
)

<% endif %>
<% for each in providers %>
{{ values_of('<< each.name >>', '<< subject >>', [
<% for value in each.own_values %>
    ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
]) }}
union all
<% endfor %>
<% for model in models %>
select << subject >>, field, value, number, items, provider, retrievedAt, confidence, evidence
from {{ ref('<< model >>') }}
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
<% if file_fields %>
{{ values_of('from_files', '<< subject >>', [
<% for value in file_fields %>
    ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
]) }}
<% endif %>
