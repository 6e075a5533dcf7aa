{#- The newest answer of each key in a lake table, of rows whose file stands in the manifest. Key and instant are those of
    the table's contract; rows before `since` are not read. -#}
{% macro newest_answers(provider, dataset, since=none) -%}
    {%- set table, files = source(provider, dataset), ref('lake_ops__stg_loaded_files') %}
    {%- set rules = contract_of(provider, dataset) %}
    select answers.*, stampedAt, loadSequence
    from {{ table }} as answers
    inner join {{ files }} as files on files.fileHash = answers._fileHash
    {%- if since %}
    where answers.{{ rules.instant }} >= {{ since }}
    {%- endif %}
    qualify row_number() over (partition by {{ rules.key | join(', ') }} order by {{ newest_first(rules.instant) }}) = 1
{%- endmacro %}

{#- What an incremental model takes. What is new is known by the order of loading, never by a clock, and merging the last
    file again changes nothing. Only the partitions that new files can have written to are read: a run's answers are no
    older than the run, and a newer one of the same key stands in a partition just as new. -#}
{% macro new_answers(provider, dataset) -%}
    {%- set table, files = source(provider, dataset), ref('lake_ops__stg_loaded_files') %}
    {%- set staged = ref('lake_' ~ provider ~ '__stg_' ~ dataset) %}
    {%- if is_incremental() %}
    select *
    from ({{ newest_answers(provider, dataset, since=start_of_new_files(provider, dataset, files)) }}) as answers
    where loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
    {%- else %}
    select * from {{ staged }}
    {%- endif %}
{%- endmacro %}

{#- A day before the earliest run that wrote a new file, for clocks that were set back; none where a file tells no run. -#}
{% macro start_of_new_files(provider, dataset, files) -%}
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
