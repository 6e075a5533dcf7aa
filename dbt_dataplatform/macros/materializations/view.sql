{#- A view of DuckDB's is replaced in place, as BigQuery's is. dbt would make it beside the old one, rename both and drop
    one: four statements for one, and a good part of what a build of the whole hub takes. -#}
{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {% call statement('main') -%}
        {{ get_create_view_as_sql(target, sql) | replace('create view', 'create or replace view', 1) }}
    {%- endcall %}
    {%- do persist_docs(target, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
