{#- dbt asks for this where a unit test gives a value; its own body for BigQuery knows no structs written as mappings. -#}
{% macro bigquery__safe_cast(field, type) -%}
    {%- if 'STRUCT<' not in type | upper or field is string -%}
        {{ dbt.bigquery__safe_cast(field, type) }}
    {%- elif field is mapping -%}
        {{ typed_struct(field, type) }}
    {%- else -%}
        {{ type }}[{% for item in field %}{{ typed_struct(item, type) }}{{ ', ' if not loop.last }}{% endfor %}]
    {%- endif -%}
{%- endmacro %}

{#- A struct with every member of its type; those that are not given are null. Structs in structs are not needed yet. -#}
{% macro typed_struct(given, type) -%}
    {%- set struct = modules.re.search('(?i)struct<[^>]*>', type).group() -%}
    {%- set members = modules.re.findall('`?(\\w+)`? \\w+', struct) -%}
    {{ struct }}({% for member in members %}
        {%- set value = given.get(member) -%}
        {{ dbt.string_literal(value) if value is string else 'null' if value is none else value }}{{ ', ' if not loop.last }}
    {%- endfor %})
{%- endmacro %}
