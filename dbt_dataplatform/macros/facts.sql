{#- One row per artist, or per track, and field that `answers` has a value for, a CTE with the id of the subject, provider,
    retrievedAt, confidence and evidence. A field is its name, which is also its column's, and its kind: word, number,
    measure (a number with a fraction) or list. -#}
{% macro values_of(answers, subject, fields) -%}
    {%- for field, kind in fields %}
    select
        {{ subject }},
        '{{ field }}' as field,
        {% if kind == 'list' %}array_to_string({{ field }}, ', '){% else %}cast({{ field }} as string){% endif %} as value,
        {% if kind in ('number', 'measure') %}{{ field }} * 1e0{% else %}if(true, null, 1e0){% endif %} as number,
        {% if kind == 'list' %}{{ field }}{% else %}if(true, [], split('', ',')){% endif %} as items,
        provider,
        retrievedAt,
        confidence,
        evidence
    from {{ answers }}
    where {% if kind == 'list' %}array_length({{ field }}) > 0{% else %}{{ field }} is not null{% endif %}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The words of a list of records, those of the greatest weight first; records without a word are left out. -#}
{% macro strongest(records, word, weight) -%}
    array(
        select item.{{ word }} from unnest({{ records }}) as item where item.{{ word }} is not null
        order by item.{{ weight }} desc nulls last, item.{{ word }} nulls last
    )
{%- endmacro %}

{#- The name of the first record of a list in which what has not ended stands first; null where all have. -#}
{% macro first_current(records) -%}
    if(coalesce({{ item(records, 1) }}.ended, false), null, {{ item(records, 1) }}.name)
{%- endmacro %}

{#- The winners of an artist, or of a track, side by side, each with who said it and when; a list has only these two. -#}
{% macro side_by_side(fields) -%}
    {%- for field, type in fields %}
    {%- if type != 'list' %}
    cast(max(if(field = '{{ field }}', {{ 'value' if type == 'string' else 'number' }}, null)) as {{ native_type(type) }}) as {{ field }},
    {%- endif %}
    max(if(field = '{{ field }}', provider, null)) as {{ field }}Source,
    max(if(field = '{{ field }}', retrievedAt, null)) as {{ field }}RetrievedAt{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
