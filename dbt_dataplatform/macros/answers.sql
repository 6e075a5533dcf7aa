{#- The answer of each key in a lake table that counts, of rows whose file stands in the manifest: the newest one that is
    not far poorer than another one. Key, instant and the fields that are counted are those of the table's contract; rows
    before `since` are not read, and `held` is a table that knows how full the fullest answers were before. -#}
{% macro newest_answers(provider, dataset, since=none, held=none) -%}
    {%- set table, files = source(provider, dataset), ref('lake_ops__stg_loaded_files') %}
    {%- set rules = contract_of(provider, dataset) %}
    {%- set keys = 'answers.' ~ rules.key | join(', answers.') %}
    select * except (filled)
    from (
        select
            answers.*,
            greatest(max(filled) over (partition by {{ keys }}), {{ 'coalesce(held.fullest, 0)' if held else 0 }}) as fullest
        from (
            select
                answers.*, stampedAt, loadSequence,
                {{ filled_fields(rules.fields) }} as filled
            from {{ table }} as answers
            inner join {{ files }} as files on files.fileHash = answers._fileHash
            {%- if since %}
            where answers.{{ rules.instant }} >= {{ since }}
            {%- endif %}
        ) as answers
        {%- if held %}
        left join {{ held }} as held on held.{{ rules.key | first }} = answers.{{ rules.key | first }}
        {%- endif %}
    ) as answers
    where not ({{ far_poorer('filled', 'fullest') }})
    qualify row_number() over (partition by {{ keys }} order by {{ newest_first(rules.instant) }}) = 1
{%- endmacro %}

{#- How many of these fields of `answers` are filled; a field is its name and its kind: word, number or list. -#}
{% macro filled_fields(fields) -%}
    {%- for field, kind in fields -%}
    if({% if kind == 'list' %}array_length(answers.{{ field }}) > 0
    {%- elif kind == 'word' %}answers.{{ field }} != ''
    {%- else %}answers.{{ field }} is not null{% endif %}, 1, 0){{ ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Whether an answer has at most half of the fields that the fullest answer about the same thing had, and misses several. -#}
{% macro far_poorer(filled, fullest) -%}
    {{ filled }} * 2 <= {{ fullest }} and {{ fullest }} - {{ filled }} >= 2
{%- endmacro %}

{#- What an incremental model takes. What is new is known by the order of loading, never by a clock, and merging the last
    file again changes nothing. Only the partitions that new files can have written to are read: a run's answers are no
    older than the run, and a newer one of the same key stands in a partition just as new. -#}
{% macro new_answers(provider, dataset) -%}
    {%- set table, files = source(provider, dataset), ref('lake_ops__stg_loaded_files') %}
    {%- set staged = ref('lake_' ~ provider ~ '__stg_' ~ dataset) %}
    {%- if is_merging() and knows_fullest() %}
    {%- set since = start_of_new_files(provider, dataset, files) %}
    select *
    from ({{ newest_answers(provider, dataset, since, held=this) }}) as answers
    where loadSequence >= (select coalesce(max(loadSequence), 0) from {{ this }})
    {%- else %}
    select * from {{ staged }}
    {%- endif %}
{%- endmacro %}
