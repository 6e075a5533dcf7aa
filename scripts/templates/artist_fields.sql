-- << header >>
{% set fields = [
<% for field, kind in fields %>
    ('<< field >>', '<< kind >>'),
<% endfor %>
] -%}
select
    artistId,
    {{ side_by_side(fields) }}
from {{ ref('hub_music__stg_artist_winners') }}
group by artistId
