{#- A text by its letters and digits alone, lower case and without accents: how names of the same artist are compared. -#}
{% macro folded(text) -%}
    {{ adapter.dispatch('folded', 'dataplatform')(text) }}
{%- endmacro %}

{% macro duckdb__folded(text) -%}
    regexp_replace(lower(strip_accents({{ text }})), '[^\p{L}\p{N}]', '', 'g')
{%- endmacro %}

{% macro bigquery__folded(text) -%}
    regexp_replace(lower(normalize({{ text }}, nfd)), r'[^\p{L}\p{N}]', '')
{%- endmacro %}
