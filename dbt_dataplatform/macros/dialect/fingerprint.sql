{#- One text for all texts of a group, in whatever order; null for none. -#}
{% macro fingerprint(text) -%}
    {{ adapter.dispatch('fingerprint', 'dataplatform')(text) }}
{%- endmacro %}

{% macro duckdb__fingerprint(text) -%}
    cast(bit_xor(hash({{ text }})) as varchar)
{%- endmacro %}

{% macro bigquery__fingerprint(text) -%}
    cast(bit_xor(farm_fingerprint({{ text }})) as string)
{%- endmacro %}
