-- << header >>
{% set fields = [
<% for field, kind in fields %>
    ('<< field >>', '<< kind >>'),
<% endfor %>
] -%}
select
    artistId,
    {{ side_by_side(fields) }}
from {{ ref('hub_music__svc_artist_facts') }}
where counts
group by artistId
