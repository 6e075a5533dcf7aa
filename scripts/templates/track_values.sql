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
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
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
