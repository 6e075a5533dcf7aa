{#- The columns are a key of the model: never null, never twice. One pass, where unique and not_null would take two. -#}
{% test is_key(model, columns) %}
select {{ columns | join(', ') }}, count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 or {{ columns | join(' is null or ') }} is null
{% endtest %}
