{#- A recording's code as registries write it: twelve capitals and digits; null for anything else. -#}
{% macro isrc_of(told) -%}
    {%- set code = "upper(replace(replace(trim(" ~ told ~ "), '-', ''), ' ', ''))" -%}
    if(length({{ code }}) = 12, {{ code }}, null)
{%- endmacro %}

{#- Whether a recording that a service tells of is the track: its title, without guests, and its first artist are the track's, and
    its length is within five seconds where both are known. A live take, a remix, a cover and a karaoke version are not. -#}
{% macro is_the_track(told, track, told_length, length) -%}
    {{ told }}.titleKey = {{ track }}.titleKey
    and {{ told }}.artistKey = {{ track }}.creditKey
    and coalesce(abs({{ told_length }} - {{ length }}) <= 5000, true)
{%- endmacro %}

{#- A text by the mode: 1 for major, 0 for minor; null where it is unknown. -#}
{% macro by_mode(mode, major, minor) -%}
    case {{ mode }} when 1 then '{{ major }}' when 0 then '{{ minor }}' end
{%- endmacro %}

{#- The name of a key, such as F# minor; `key` is a pitch class from 0 for C. -#}
{% macro key_text(key, mode) -%}
    case {{ key }}
        {%- for name in ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] %}
        when {{ loop.index0 }} then '{{ name }}'
        {%- endfor %}
    end || {{ by_mode(mode, ' major', ' minor') }}
{%- endmacro %}

{#- A key's place on the Camelot wheel, which goes round in fifths: A minor is 8A, C major 8B. -#}
{% macro camelot_key(key, mode) -%}
    cast(mod(7 * {{ key }} + 3 * {{ mode }} + 4, 12) + 1 as string) || {{ by_mode(mode, 'B', 'A') }}
{%- endmacro %}

{#- The same as an Open Key, whose wheel begins elsewhere: A minor is 1m, C major 1d. -#}
{% macro open_key(key, mode) -%}
    cast(mod(7 * {{ key }} + 3 * {{ mode }} + 9, 12) + 1 as string) || {{ by_mode(mode, 'd', 'm') }}
{%- endmacro %}
