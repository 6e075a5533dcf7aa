{#- Column contracts are written in BigQuery's words, as those in configs/datasets are; each engine gets its own. -#}
{% macro native_type(data_type) -%}
    {{ return(adapter.dispatch('native_type', 'dataplatform')(data_type)) }}
{%- endmacro %}

{% macro duckdb__native_type(data_type) -%}
    {%- if data_type.startswith('array<') -%}
        {{ return(native_type(data_type[6:-1]) ~ '[]') }}
    {%- endif -%}
    {{ return({'float64': 'double'}.get(data_type, data_type)) }}
{%- endmacro %}

{% macro bigquery__native_type(data_type) -%}
    {{ return(data_type) }}
{%- endmacro %}
