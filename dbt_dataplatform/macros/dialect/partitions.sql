{#- What a table is partitioned on: BigQuery's own form; DuckDB has no partitions. -#}
{% macro partition_on(column, granularity, data_type='timestamp') -%}
    {{ return(adapter.dispatch('partition_on', 'dataplatform')(column, granularity, data_type)) }}
{%- endmacro %}

{% macro duckdb__partition_on(column, granularity, data_type='timestamp') -%}
    {{ return(none) }}
{%- endmacro %}

{% macro bigquery__partition_on(column, granularity, data_type='timestamp') -%}
    {{ return({'field': column, 'data_type': data_type, 'granularity': granularity}) }}
{%- endmacro %}
