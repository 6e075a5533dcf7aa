{#- A recording's code as registries write it: twelve capitals and digits; null for anything else. -#}
{% macro isrc_of(told) -%}
    {%- set code = "upper(replace(replace(trim(" ~ told ~ "), '-', ''), ' ', ''))" -%}
    if(length({{ code }}) = 12, {{ code }}, null)
{%- endmacro %}

{#- The name of a key, such as F# minor; `key` is a pitch class from 0 for C, `mode` 1 for major and 0 for minor. -#}
{% macro key_text(key, mode) -%}
    {{ item("split('C,Db,D,Eb,E,F,F#,G,Ab,A,Bb,B', ',')", key ~ ' + 1') }} || if({{ mode }} = 1, ' major', ' minor')
{%- endmacro %}

{#- A key's place on the Camelot wheel, which goes round in fifths: A minor is 8A, C major 8B. -#}
{% macro camelot_key(key, mode) -%}
    cast(mod(7 * {{ key }} + if({{ mode }} = 1, 7, 4), 12) + 1 as string) || if({{ mode }} = 1, 'B', 'A')
{%- endmacro %}

{#- The same as an Open Key, whose wheel begins elsewhere: A minor is 1m, C major 1d. -#}
{% macro open_key(key, mode) -%}
    cast(mod(7 * {{ key }} + if({{ mode }} = 1, 0, 9), 12) + 1 as string) || if({{ mode }} = 1, 'd', 'm')
{%- endmacro %}
