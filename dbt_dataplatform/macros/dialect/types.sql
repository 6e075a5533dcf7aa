{#- Column contracts are written in BigQuery's words, as those in configs/datasets are; each engine gets its own. -#}
{% macro native_type(data_type) -%}
    {{ return(adapter.dispatch('native_type', 'dataplatform')(data_type)) }}
{%- endmacro %}

{% macro duckdb__native_type(data_type) -%}
    {%- if data_type.startswith('array<') -%}
        {{ return(native_type(data_type[6:-1]) ~ '[]') }}
    {%- endif -%}
    {{ return({'float64': 'double', 'numeric': 'decimal(38,9)'}.get(data_type, data_type)) }}
{%- endmacro %}

{% macro bigquery__native_type(data_type) -%}
    {{ return(data_type) }}
{%- endmacro %}

{#- An amount to nine decimals, exactly. -#}
{% macro exact(number) -%}
    {{ adapter.dispatch('exact', 'dataplatform')(number) }}
{%- endmacro %}

{% macro duckdb__exact(number) -%}
    cast({{ number }} as decimal(38, 9))
{%- endmacro %}

{% macro bigquery__exact(number) -%}
    cast({{ number }} as numeric)
{%- endmacro %}
