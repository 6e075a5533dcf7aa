{#- Whether what is new is merged into what is there. In DuckDB always: a table is made empty before its first merge. -#}
{% macro is_merging() -%}
    {{- return(adapter.dispatch('is_merging', 'dataplatform')()) }}
{%- endmacro %}

{% macro duckdb__is_merging() -%}
    {{- return(true) }}
{%- endmacro %}

{% macro bigquery__is_merging() -%}
    {{- return(is_incremental()) }}
{%- endmacro %}

{#- Whether the table has the column yet; one that was made without it is merged whole, once. -#}
{% macro knows_fullest() -%}
    {{- return(adapter.dispatch('knows_fullest', 'dataplatform')()) }}
{%- endmacro %}

{% macro duckdb__knows_fullest() -%}
    {{- return(true) }}
{%- endmacro %}

{% macro bigquery__knows_fullest() -%}
    {%- set columns = adapter.get_columns_in_relation(this) if execute else [] %}
    {{- return('fullest' in (columns | map(attribute='name') | map('lower') | join(' ')).split(' ')) }}
{%- endmacro %}

{#- A day before the earliest run that wrote a new file, for clocks that were set back; none where a file tells no run. -#}
{% macro start_of_new_files(provider, dataset, files) -%}
    {{- return(adapter.dispatch('start_of_new_files', 'dataplatform')(provider, dataset, files)) }}
{%- endmacro %}

{#- DuckDB finds it out each time, so that one compiled query holds for every merge; a first one begins with the first. -#}
{% macro duckdb__start_of_new_files(provider, dataset, files) -%}
    coalesce((
        select min(stampedAt) - interval 1 day
        from {{ files }}
        where dataset = '{{ provider }}/{{ dataset }}'
            and loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
        having count(*) = count(stampedAt) and (select count(*) from {{ this }}) > 0
    ), timestamp '0001-01-01 00:00:00')
{%- endmacro %}

{#- BigQuery reads fewer partitions only where it is told an instant, not a query. -#}
{% macro bigquery__start_of_new_files(provider, dataset, files) -%}
    {%- if execute %}
        {%- set query %}
            select min(stampedAt) as earliest
            from {{ files }}
            where dataset = '{{ provider }}/{{ dataset }}'
                and loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
            having count(*) = count(stampedAt) and count(*) > 0
        {% endset %}
        {%- set found = run_query(query).rows %}
        {%- if found %}
            {%- set since = found[0][0] - modules.datetime.timedelta(days=1) %}
            {%- set literal -%} timestamp '{{ since.isoformat(' ', 'seconds') }}' {%- endset %}
            {{- return(literal) }}
        {%- endif %}
    {%- endif %}
    {{- return(none) }}
{%- endmacro %}
