{#- dbt calls this before it makes an object with an enforced contract; from here on it knows the engine's own types. -#}
{% macro get_assert_columns_equivalent(sql) -%}
    {%- for column in model['columns'].values() if column.get('data_type') -%}
        {%- do column.update({'data_type': native_type(column['data_type'])}) -%}
    {%- endfor -%}
    {{ return(assert_columns_equivalent(sql)) }}
{%- endmacro %}
