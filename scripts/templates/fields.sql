-- << header >>
{% set fields = [
<% for field, kind in fields %>
    ('<< field >>', '<< kind >>'),
<% endfor %>
] -%}
select
    << subject >>,
    {{ side_by_side(fields) }}
from {{ ref('<< facts >>') }}
where counts
group by << subject >>
