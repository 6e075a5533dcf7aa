{#- What a table is partitioned on: BigQuery's own form; DuckDB has no partitions. -#}
{% macro partition_on(column, granularity) -%}
    {{ return(adapter.dispatch('partition_on', 'dataplatform')(column, granularity)) }}
{%- endmacro %}

{% macro duckdb__partition_on(column, granularity) -%}
    {{ return(none) }}
{%- endmacro %}

{% macro bigquery__partition_on(column, granularity) -%}
    {{ return({'field': column, 'data_type': 'timestamp', 'granularity': granularity}) }}
{%- endmacro %}
