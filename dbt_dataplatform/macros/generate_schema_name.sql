{#- Folder lake -> dp_lake_{env}, hub -> dp_hub_{env}; LINERNOTES_LAKE_DATASET and LINERNOTES_HUB_DATASET overrule. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set layer = custom_schema_name or 'hub' -%}
    {{ env_var('LINERNOTES_' ~ layer | upper ~ '_DATASET', 'dp_' ~ layer ~ '_' ~ target.name) }}
{%- endmacro %}
