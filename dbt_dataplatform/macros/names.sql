{#- What names are compared by; one of signs alone is compared as it is. -#}
{% macro name_key(name) -%}
    coalesce(nullif({{ folded(name) }}, ''), nullif(lower({{ name }}), ''))
{%- endmacro %}

{#- Whether a name is that of no one artist, as on compilations; so is none. -#}
{% macro stands_for_many(key) -%}
    coalesce({{ key }} in ({% for name in var('names_of_many') %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}), true)
{%- endmacro %}

{#- The words of a name: & and + are and, and Beatles, The is The Beatles. -#}
{% macro words_of(name) -%}
    replace(replace(if(ends_with({{ name }}, ', the'), 'the ' || left({{ name }}, length({{ name }}) - 5), {{ name }}), '&', 'and'), ' + ', 'and')
{%- endmacro %}

{#- All but letters, marks, numbers and signs of currency and mathematics; of these, what is written or left out as one
    likes: apostrophes among the letters, free accents, Hebrew and Arabic points, the Arabic elongation. -#}
{% macro unfolded() -%}
    [^\p{L}\p{M}\p{N}\p{Sc}\p{Sm}]|[\x{02B9}-\x{036F}\x{0591}-\x{05C7}\x{0640}\x{064B}-\x{065F}\x{0670}\x{FE00}-\x{FE0F}]
{%- endmacro %}
