{#- In DuckDB one statement merges what is new, the same text whenever it is compiled, so that a run can repeat it without
    dbt. A table that is missing, or has other columns than the staging model before it, is made empty first: a merge into
    an empty table takes everything. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set staged = this.incorporate(path={'identifier': this.identifier | replace('__svc_', '__stg_')}, type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set fits = existing is not none and existing.is_table and not should_full_refresh()
        and columns_of(existing) == columns_of(staged) -%}
    {%- if not fits -%}
        {%- if existing is not none -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- do run_query('create table ' ~ target ~ ' as from ' ~ staged ~ ' limit 0') -%}
    {%- endif -%}
    {% call statement('main') -%}
        merge into {{ target }} as kept using (
            {{ sql }}
        ) as fresh on kept.{{ config.require('unique_key') }} = fresh.{{ config.require('unique_key') }}
        when matched then update by name
        when not matched then insert by name
    {%- endcall %}
    {%- do persist_docs(target, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro columns_of(relation) -%}
    {%- set found = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.append([column.name, column.dtype]) -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}
