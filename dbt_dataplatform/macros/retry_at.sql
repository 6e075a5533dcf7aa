{#- When to ask again after a miss: the days for the first, second ... in a row; the last number counts on. -#}
{% macro retry_at(missed_at, streak, days) -%}
    {{ after(missed_at, item(days, 'least(' ~ streak ~ ', array_length(' ~ days ~ '))'), 'day') }}
{%- endmacro %}
