-- << header >>
with
<% for each in providers %>
<< each.name >> as (
    select
        about.trackId,
        about.provider,
        about.retrievedAt,
        about.confidence,
        about.evidence,
<% for value in each.own_values %>
        << sql(value.source) >> as << value.field >><< ',' if not loop.last >>
<% endfor %>
    from {{ ref('hub_music__int_track_answers') }} as about
<% if each.about.model %>
    inner join {{ ref('<< each.about.model >>') }} as answers on answers.trackId = about.trackId
<% else %>
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
<% endif %>
    where about.provider = '<< each.name >>'
),

<% endfor %>
from_files as (
    select * from {{ ref('hub_music__int_features_matched') }}
)

<% for each in providers %>
{{ values_of('<< each.name >>', [
<% for value in each.own_values %>
    ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
], subject='trackId') }}
union all
<% endfor %>
{{ values_of('from_files', [
<% for value in file_fields %>
    ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
], subject='trackId') }}
