{#- The value of the row with the greatest `by` (a list, as in order by), an aggregate; rows without a value are passed over. -#}
{% macro newest(value, by) -%}
    {{ adapter.dispatch('newest', 'dataplatform')(value, by) }}
{%- endmacro %}

{% macro duckdb__newest(value, by) -%}
    arg_max({{ value }}, {{ by[0] if by | length == 1 else 'row(' ~ by | join(', ') ~ ')' }})
{%- endmacro %}

{% macro bigquery__newest(value, by) -%}
    array_agg({{ value }} order by {{ value }} is not null desc nulls last, {{ by | join(' desc nulls last, ') }} desc nulls last limit 1)[safe_offset(0)]
{%- endmacro %}
