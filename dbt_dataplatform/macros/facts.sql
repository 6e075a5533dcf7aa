{#- One row per artist and field that `answers` has a value for, a CTE with artistId, provider, retrievedAt, confidence and
    evidence. A field is its name, its kind (word, number or list) and the column of `answers` it stands in. -#}
{% macro facts_of(fields) -%}
    {%- for field, kind, column in fields %}
    select
        artistId,
        '{{ field }}' as field,
        {% if kind == 'list' %}array_to_string({{ column }}, ', '){% else %}cast({{ column }} as string){% endif %} as value,
        {% if kind == 'number' %}{{ column }} * 1e0{% else %}if(true, null, 1e0){% endif %} as number,
        {% if kind == 'list' %}{{ column }}{% else %}if(true, [], split('', ',')){% endif %} as items,
        provider,
        retrievedAt,
        confidence,
        evidence
    from answers
    where {% if kind == 'list' %}array_length({{ column }}) > 0{% else %}{{ column }} is not null{% endif %}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The winners of an artist side by side, each with who said it and when; a list has only these two. -#}
{% macro side_by_side(fields) -%}
    {%- for field, type in fields %}
    {%- if type != 'list' %}
    cast(max(if(field = '{{ field }}', {{ 'number' if type == 'int64' else 'value' }}, null)) as {{ type }}) as {{ field }},
    {%- endif %}
    max(if(field = '{{ field }}', provider, null)) as {{ field }}Source,
    max(if(field = '{{ field }}', retrievedAt, null)) as {{ field }}RetrievedAt{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- How surely an answer of Last.fm is about an artist: found by the MusicBrainz id, or by a name and by nobody else's id. -#}
{% macro lastfm_confidence(answer, artist) -%}
    case
        when {{ answer }}.matchedBy = 'mbid' and coalesce({{ answer }}.matchedMbid, {{ answer }}.askedMbid) = {{ artist }}.mbid then 1e0
        when {{ answer }}.matchedBy = 'name' and {{ answer }}.nameMatches
            and ({{ artist }}.mbid is null or coalesce({{ answer }}.matchedMbid, {{ artist }}.mbid) = {{ artist }}.mbid) then 0.7e0
    end
{%- endmacro %}
