-- << header >>
{% set fields = [
<% for field, kind in fields %>
    ('<< field >>', '<< kind >>'),
<% endfor %>
] -%}
select
    trackId,
    {{ side_by_side(fields) }}
from {{ ref('hub_music__svc_track_values') }}
where counts
group by trackId
