-- << header >>
with
<% for each in providers %>
<< each.name >> as (
    select
        about.artistId,
        about.provider,
        about.retrievedAt,
        about.confidence,
        about.evidence,
<% for value in each.own_values %>
        << sql(value.source) >> as << value.field >><< ',' if not loop.last >>
<% endfor %>
    from {{ ref('hub_music__int_artist_pages') }} as about
    inner join {{ ref('<< each.service >>') }} as answers on answers.<< each.key >> = about.key
    where about.provider = '<< each.name >>'
)<< ',' if not loop.last >>

<% endfor %>
<% for each in providers %>
{{ values_of('<< each.name >>', [
<% for value in each.own_values %>
    ('<< value.field >>', '<< value.kind >>'),
<% endfor %>
]) }}
union all
<% endfor %>
<% for model in models %>
select artistId, field, value, number, items, provider, retrievedAt, confidence, evidence
from {{ ref('<< model >>') }}
<% if not loop.last %>
union all
<% endif %>
<% endfor %>
