{#- The item at a place counted from 1; null where there is none. -#}
{% macro item(array, place) -%}
    {{ adapter.dispatch('item', 'dataplatform')(array, place) }}
{%- endmacro %}

{% macro duckdb__item(array, place) -%}
    list_extract({{ array }}, {{ place }})
{%- endmacro %}

{% macro bigquery__item(array, place) -%}
    {{ array }}[safe_ordinal({{ place }})]
{%- endmacro %}
